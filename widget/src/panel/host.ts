// The panel's end of the bridge: only its own parent, from an origin of the tenant's, with the nonce of this frame.
import { envelope, type FromHost, type FromPanel, readFromHost } from "../core/bridge";

export interface Host {
  tell(message: FromPanel): void;
  stop(): void;
}

/** Listen to the page that holds this frame; the first valid hello fixes its origin for good. */
export function connectHost(origins: string[], nonce: string, heard: (message: FromHost) => void): Host {
  let origin: string | null = null;
  const received = (event: MessageEvent) => {
    if (event.source !== window.parent || event.source === window) return;
    if (origin === null ? !origins.includes(event.origin) : event.origin !== origin) return;
    const message = readFromHost(event.data, nonce);
    if (!message) return;
    if (origin === null) {
      if (message.type !== "hello") return;
      origin = event.origin;
    }
    heard(message);
  };
  addEventListener("message", received);
  return {
    tell(message) {
      if (origin !== null) window.parent.postMessage(envelope(nonce, message), origin);
    },
    stop: () => removeEventListener("message", received),
  };
}
