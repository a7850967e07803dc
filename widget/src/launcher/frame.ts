// The panel's frame, and what is said through it.
import { envelope, type FromHost, type FromPanel, readFromPanel, VERSION } from "../core/bridge";
import { later, listen, random } from "./natives";

export interface PanelFrame {
  post(message: FromHost): unknown;
  focus(): void;
  /** Hide it at once, have it forget the person, and remove it within a second. */
  retire(final?: boolean): void;
}

/** Load the panel and greet it. */
export function openFrame(
  { origin, tenant }: { origin: string; tenant: string },
  parent: Node,
  title: string,
  hello: () => FromHost,
  heard: (message: FromPanel) => void,
): PanelFrame {
  const nonce = random(new Uint32Array(4)).join("");
  const element = document.createElement("iframe");

  let live = false;
  let waiting: FromHost[] = []; // until the panel is there to listen

  const send = (message: FromHost) => element.contentWindow?.postMessage(envelope(nonce, message), origin);
  const post = (message: FromHost) => (live ? send(message) : waiting.push(message));
  // Once the element is gone it has no contentWindow, so nothing is its message any more.
  listen<MessageEvent>(window, "message", ({ source, origin: from, data }) => {
    const message = source && source === element.contentWindow && from === origin && readFromPanel(data, nonce);
    if (!message) return;
    if (message.type === "ready") {
      live = true;
      for (const each of waiting) send(each);
      waiting = [];
    }
    if (!element.hidden) heard(message);
  });
  // By now its script listens. A frame that moved in the document loads again, and is greeted again.
  listen(element, "load", () => {
    live = false;
    send(hello());
  });
  element.title = title;
  element.allow = "autoplay; clipboard-write; camera; microphone; display-capture";
  element.referrerPolicy = "no-referrer";
  element.src = `${origin}/panel?tenant=${encodeURIComponent(tenant)}&v=${VERSION}#n=${nonce}`;
  parent.appendChild(element);
  return {
    post,
    focus: () => element.focus(),
    retire(final = false) {
      element.hidden = true;
      post({ type: "logout", final });
      later(() => element.remove(), 800); // a second is all that the last person may be seen for
    },
  };
}
