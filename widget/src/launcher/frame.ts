// The panel's frame, and what is said through it.
import { envelope, type FromHost, type FromPanel, readFromPanel, VERSION } from "../core/bridge";
import { every, later, listen, random } from "./natives";

export interface PanelFrame {
  post(message: FromHost): void;
  focus(): void;
  /** Hide it at once, have it forget the person, and remove it within a second. */
  retire(): void;
}

interface FrameOptions {
  origin: string;
  tenant: string;
  title: string;
  parent: Node;
  hello: () => FromHost;
  heard: (message: FromPanel, frame: PanelFrame) => void;
}

function newNonce(): string {
  const bytes = random(new Uint8Array(16));
  let nonce = "";
  for (let at = 0; at < 16; at++) nonce += (bytes[at] as number).toString(16).padStart(2, "0");
  return nonce;
}

/** Load the panel and greet it until it answers. */
export function openFrame({ origin, tenant, title, parent, hello, heard }: FrameOptions): PanelFrame {
  const nonce = newNonce();
  const element = document.createElement("iframe");
  let greeting = 0;

  function remove() {
    clearInterval(greeting);
    unlisten();
    element.remove();
  }
  const frame: PanelFrame = {
    post(message) {
      element.contentWindow?.postMessage(envelope(nonce, message), origin);
    },
    focus: () => element.focus(),
    retire() {
      element.hidden = true;
      frame.post({ type: "logout" });
      later(remove, 800);
    },
  };
  const unlisten = listen<MessageEvent>(window, "message", (event) => {
    if (event.source !== element.contentWindow || event.origin !== origin) return;
    const message = readFromPanel(event.data, nonce);
    if (!message) return;
    if (message.type === "ready") clearInterval(greeting);
    if (message.type === "wiped") remove();
    else if (!element.hidden) heard(message, frame);
  });
  // A frame that went elsewhere or moved in the document loads again, and is greeted again.
  listen(element, "load", () => {
    clearInterval(greeting);
    frame.post(hello());
    greeting = every(() => frame.post(hello()), 250) as unknown as number;
  });
  element.title = title;
  element.allow = "autoplay; clipboard-write";
  element.referrerPolicy = "no-referrer";
  element.src = `${origin}/panel?tenant=${encodeURIComponent(tenant)}&v=${VERSION}#n=${nonce}`;
  parent.appendChild(element);
  return frame;
}
