// One connection after the other, over WebSocket or, where a proxy refuses that, over streamed HTTP.
import type { ClientFrame, ServerFrame } from "../core/frames";
import { Stream } from "./stream";

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

const FAILURES = 2; // so many openings without success, and none ever: something stands between
const PROBE_AGAIN = 5 * 60_000;

/** Chooses how to connect, and remembers what worked. */
export class Connector {
  private failures = 0;
  private everOpened = false;
  private streamSince: number | null = null;

  constructor(private readonly origin: string) {}

  connect(ears: Ears): Connection {
    if (!this.mustStream()) return this.socket(ears);
    this.streamSince ??= Date.now();
    return new Stream(this.origin, ears);
  }

  private mustStream(): boolean {
    if (this.everOpened || this.failures < FAILURES) return false;
    if (this.streamSince !== null && Date.now() - this.streamSince > PROBE_AGAIN) {
      this.streamSince = null;
      this.failures = FAILURES - 1; // one probe; if that fails too, it is the stream again
      return false;
    }
    return true;
  }

  private socket(ears: Ears): Connection {
    let opened = false;
    const settled = () => {
      if (!opened) this.failures += 1;
    };
    return socket(this.origin, {
      opened: () => {
        opened = this.everOpened = true;
        ears.opened();
      },
      frame: (frame) => ears.frame(frame),
      closed: (code) => {
        settled();
        ears.closed(code);
      },
    });
  }
}

function socket(origin: string, ears: Ears): Connection {
  let silent = false;
  const line = new WebSocket(`${origin.replace(/^http/, "ws")}/v1/socket`);
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
