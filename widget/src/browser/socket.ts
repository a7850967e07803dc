// One line over a WebSocket.
import type { ClientFrame, ServerFrame } from "../core/frames";

/** What a connection tells its owner; after `close` it is silent. */
export interface Ears {
  opened(): void;
  frame(frame: ServerFrame): void;
  closed(code?: number): void;
}

export interface Connection {
  send(frame: ClientFrame): void;
  close(): void;
}

const PROBING = 10_000;

export function socket(origin: string, ears: Ears): Connection {
  let silent = false;
  const line = new WebSocket(address(origin));
  line.onopen = () => silent || ears.opened();
  line.onmessage = (message) => {
    const frame = silent ? null : parsed(message.data);
    if (frame) ears.frame(frame);
  };
  line.onclose = (event) => {
    if (!silent) ears.closed(event.code);
    silent = true;
  };
  return {
    send: (frame) => line.readyState === WebSocket.OPEN && line.send(JSON.stringify(frame)),
    close: () => {
      silent = true;
      line.close();
    },
  };
}

/** Tell whether frames pass a socket now: one that begins with anything but `hello` is answered by a `bye`. */
export function passes(origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    const line = new WebSocket(address(origin));
    const done = (works: boolean) => {
      clearTimeout(late);
      resolve(works);
      line.close();
    };
    const late = setTimeout(() => done(false), PROBING);
    line.onopen = () => line.send(JSON.stringify({ type: "ping", at: Date.now() }));
    line.onmessage = (message) => done(parsed(message.data) !== null);
    line.onclose = () => done(false);
  });
}

/** One frame of text; null where it is none. */
export function parsed(text: unknown): ServerFrame | null {
  if (typeof text !== "string" || text === "") return null;
  try {
    const frame: unknown = JSON.parse(text);
    return frame !== null && typeof frame === "object" && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}

function address(origin: string): string {
  return `${origin.replace(/^http/, "ws")}/v1/socket`;
}
