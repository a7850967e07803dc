// The panel's frame, and what is said through it.
import { envelope, type FromHost, type FromPanel, readFromPanel, VERSION } from "../core/bridge";
import { every, later, listen, random } from "./natives";

/** What the launcher hears of the panel. */
export type Told = Exclude<FromPanel, { type: "wiped" }>;

export interface PanelFrame {
  post(message: FromHost): void;
  focus(): void;
  /** Hide it at once, have it forget the person, and remove it within a second. */
  retire(): void;
}

function newNonce(): string {
  let nonce = "";
  for (const part of random(new Uint32Array(4))) nonce += part.toString(36);
  return nonce;
}

/** Load the panel and greet it until it answers. */
export function openFrame(
  { origin, tenant }: { origin: string; tenant: string },
  parent: Node,
  title: string,
  hello: () => FromHost,
  heard: (message: Told) => void,
): PanelFrame {
  const nonce = newNonce();
  const element = document.createElement("iframe");
  let greeting: ReturnType<typeof every>;

  const post = (message: FromHost) => element.contentWindow?.postMessage(envelope(nonce, message), origin);
  const greet = () => post(hello());
  const remove = () => {
    clearInterval(greeting);
    element.remove();
  };
  // Once the element is gone it has no contentWindow, so nothing is its message any more.
  listen<MessageEvent>(window, "message", ({ source, origin: from, data }) => {
    const message = source && source === element.contentWindow && from === origin && readFromPanel(data, nonce);
    if (!message) return;
    if (message.type === "ready") clearInterval(greeting);
    if (message.type === "wiped") remove();
    else if (!element.hidden) heard(message);
  });
  // A frame that moved in the document loads again, and is greeted again.
  listen(element, "load", () => {
    clearInterval(greeting);
    greet();
    greeting = every(greet, 250);
  });
  element.title = title;
  element.allow = "autoplay; clipboard-write";
  element.referrerPolicy = "no-referrer";
  element.src = `${origin}/panel?tenant=${encodeURIComponent(tenant)}&v=${VERSION}#n=${nonce}`;
  parent.appendChild(element);
  return {
    post,
    focus: () => element.focus(),
    retire() {
      element.hidden = true;
      post({ type: "logout" });
      later(remove, 800);
    },
  };
}
