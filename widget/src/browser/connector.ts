// One line after the other: over a WebSocket or, where something between does not let those through, over streamed
// HTTP. A proxy may refuse the upgrade, leave it hanging, or accept it and pass no frame: what counts is a frame.
import { type Connection, type Ears, passes, socket } from "./socket";
import { Stream } from "./stream";

const FAILURES = 2; // so many sockets in a row of which nothing was heard: something stands between
const KNOWN_GOOD = 15_000; // where sockets worked until just now, the server is away rather than a proxy there
const PROBE_SOON = 30_000; // the network may have changed only for a moment
const PROBE_LATER = 5 * 60_000;

/** Chooses how to connect, and remembers what worked. */
export class Connector {
  private failures = streamed() ? FAILURES : 0;
  private workedAt: number | null = null; // when a socket brought a frame last

  constructor(private readonly origin: string) {}

  connect(ears: Ears): Connection {
    return this.mustStream() ? this.stream(ears) : this.socket(ears);
  }

  private mustStream(): boolean {
    if (this.failures < FAILURES) return false;
    return this.workedAt === null || Date.now() - this.workedAt >= KNOWN_GOOD;
  }

  private socket(ears: Ears): Connection {
    const worked = () => {
      this.failures = 0;
      this.workedAt = Date.now();
      remember(false);
    };
    const failed = () => {
      this.failures += 1;
    };
    return watched((heard) => socket(this.origin, heard), ears, worked, failed);
  }

  private stream(ears: Ears): Connection {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const end = () => {
      over = true;
      clearTimeout(timer);
    };
    const probe = (after: number) => {
      timer = setTimeout(async () => {
        const works = await passes(this.origin);
        if (over) return;
        if (!works) return probe(PROBE_LATER);
        this.failures = 0;
        end();
        line.close();
        ears.closed();
      }, after);
    };
    // No stream either: the server is away, and no proxy is to blame. Both ways are tried in turn.
    const failed = () => {
      this.failures = FAILURES - 1;
    };
    const watching: Ears = {
      opened: () => ears.opened(),
      frame: (frame) => ears.frame(frame),
      closed: (code) => {
        end();
        ears.closed(code);
      },
    };
    const line = watched(
      (heard) => new Stream(this.origin, heard),
      watching,
      () => remember(true),
      failed,
    );
    probe(PROBE_SOON);
    return {
      send: (frame) => line.send(frame),
      close: () => {
        end();
        line.close();
      },
    };
  }
}

/** Tell of a line whether any frame came, however it ends: by itself, or by whoever waited for it long enough. */
function watched(open: (ears: Ears) => Connection, ears: Ears, heard: () => void, failed: () => void): Connection {
  let settled = false;
  const lost = () => {
    if (!settled) failed();
    settled = true;
  };
  const line = open({
    opened: () => ears.opened(),
    frame: (frame) => {
      if (!settled) heard();
      settled = true;
      ears.frame(frame);
    },
    closed: (code) => {
      lost();
      ears.closed(code);
    },
  });
  return {
    send: (frame) => line.send(frame),
    close: () => {
      lost();
      line.close();
    },
  };
}

// An EHR that loads a page for every chart would wait for sockets that hang on each of them.
const REMEMBERED = "curbside:streamed";

function streamed(): boolean {
  try {
    return sessionStorage.getItem(REMEMBERED) !== null;
  } catch {
    return false; // this frame may keep nothing
  }
}

function remember(yes: boolean): void {
  try {
    if (yes) sessionStorage.setItem(REMEMBERED, "");
    else sessionStorage.removeItem(REMEMBERED);
  } catch {}
}
