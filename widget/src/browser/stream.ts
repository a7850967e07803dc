// The wire without WebSockets: `POST /v1/stream` brings frames, `POST /v1/frame` takes them, one each.
// Subscriptions belong to the stream: a change of them opens it anew from the last numbers.
import type { ClientFrame, ServerFrame } from "../core/frames";
import { type Connection, type Ears, parsed } from "./socket";

const BUFFERED_AFTER = 5_000; // nothing of a stream by then: a proxy holds it back, so poll
const GATHER = 20; // subscriptions that come together open one stream

type Hello = Extract<ClientFrame, { type: "hello" }>;
type Subscribe = Extract<ClientFrame, { type: "subscribe" }>;

export class Stream implements Connection {
  private static buffered = false;
  private hello: Hello | null = null;
  private token = "";
  private readonly topics = new Map<string, Omit<Subscribe, "type">>();
  private reading: AbortController | null = null;
  private opening: ReturnType<typeof setTimeout> | undefined;
  private silent = false;
  private lanes = new Map<string, Promise<void>>();

  constructor(
    private readonly origin: string,
    private readonly ears: Ears,
  ) {
    queueMicrotask(() => this.silent || ears.opened());
  }

  send(frame: ClientFrame): void {
    const act = this.acts[frame.type] as ((frame: ClientFrame) => void) | undefined;
    if (act) act(frame);
    else this.post(frame);
  }

  private readonly acts: { [K in ClientFrame["type"]]?: (frame: Extract<ClientFrame, { type: K }>) => void } = {
    hello: (frame) => {
      this.hello = frame;
      this.token = frame.token;
      this.reopen();
    },
    renew: ({ token }) => {
      this.token = token;
      this.reopen();
    },
    subscribe: ({ type: _type, ...topic }) => {
      this.topics.set(topic.topic, topic);
      this.reopen();
    },
    unsubscribe: ({ topic }) => {
      this.topics.delete(topic);
      this.reopen();
    },
    get: ({ conversation, after }) => this.from(conversation, after),
  };

  close(): void {
    this.silent = true;
    clearTimeout(this.opening);
    this.reading?.abort();
  }

  /** What is missing is read by a stream that begins before it: a single frame is answered, never followed. */
  private from(conversation: string, after: number): void {
    const topic = this.topics.get(`conversation:${conversation}`);
    if (topic) topic.after = after;
    if (this.hello && conversation in this.hello.cursors) this.hello.cursors[conversation] = after;
    this.reopen();
  }

  /** Open the stream with the topics held now; what was read of the last one is remembered by its cursors. */
  private reopen(): void {
    clearTimeout(this.opening);
    this.opening = setTimeout(() => {
      this.reading?.abort();
      this.reading = new AbortController();
      void this.read(this.reading);
    }, GATHER);
  }

  private async read(reading: AbortController): Promise<void> {
    try {
      let wait = false; // how things stand comes at once; only then is it worth waiting for news
      do {
        await (Stream.buffered ? this.poll(reading, wait) : this.stream(reading));
        wait = true;
      } while (Stream.buffered && !reading.signal.aborted);
      if (!reading.signal.aborted) this.lost();
    } catch {
      if (reading.signal.aborted) return;
      this.lost();
    }
  }

  private async stream(reading: AbortController): Promise<void> {
    let heard = false;
    const impatient = setTimeout(() => {
      if (heard || reading.signal.aborted) return;
      Stream.buffered = true;
      this.reopen();
    }, BUFFERED_AFTER);
    try {
      const answer = await this.opened({}, reading.signal);
      for await (const line of lines(answer)) {
        heard = true;
        if (reading.signal.aborted) return;
        this.hear(parsed(line));
      }
    } finally {
      clearTimeout(impatient);
    }
  }

  private async poll(reading: AbortController, wait: boolean): Promise<void> {
    const answer = await this.opened({ poll: true, wait }, reading.signal);
    for (const frame of (await answer.json()) as ServerFrame[]) if (!reading.signal.aborted) this.hear(frame);
  }

  private opener(): object {
    const { token: _token, ...hello } = this.hello as Hello;
    return { ...hello, subscribe: [...this.topics.values()] };
  }

  /** Hand a frame on, and move the cursor that the next opening begins from. */
  private hear(frame: ServerFrame | null): void {
    if (!frame || this.silent) return;
    if (frame.type === "event") this.moved(frame.conversation, frame.seq);
    if (frame.type === "resync") this.topics.delete(frame.topic);
    this.ears.frame(frame);
  }

  private moved(conversation: string, seq: number): void {
    const topic = this.topics.get(`conversation:${conversation}`);
    if (topic) topic.after = Math.max(topic.after ?? 0, seq);
    const cursors = this.hello?.cursors;
    if (cursors && conversation in cursors) cursors[conversation] = Math.max(cursors[conversation] ?? 0, seq);
  }

  /** Frames of one conversation go one after the other, as on a socket. */
  private post(frame: ClientFrame): void {
    const lane = "conversation" in frame ? (frame.conversation ?? "") : "";
    const before = this.lanes.get(lane) ?? Promise.resolve();
    const sent = before.then(async () => {
      if (this.silent) return;
      const answer = await this.request("/v1/frame", frame);
      if (!answer.ok) return this.refused(frame, await refusal(answer));
      for await (const line of lines(answer)) {
        const each = parsed(line);
        if (each && (each as { type: string }).type !== "done") this.hear(each);
      }
    });
    this.lanes.set(
      lane,
      sent.catch(() => undefined),
    ); // an unanswered command is repeated by the outbox
  }

  private async request(path: string, body: object, signal?: AbortSignal): Promise<Response> {
    const answer = await fetch(this.origin + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      ...(signal ? { signal } : {}),
    });
    return answer;
  }

  /** Open for reading; where that is refused, the refusal ends the line as a `bye` ends a socket. */
  private async opened(poll: object, signal: AbortSignal): Promise<Response> {
    const answer = await this.request("/v1/stream", { ...this.opener(), ...poll }, signal);
    if (answer.ok) return answer;
    const { code, after_ms } = await refusal(answer);
    if (!signal.aborted) this.hear(byeOf(code, after_ms));
    throw new Error(`refused: ${code}`);
  }

  /** A command is told its fate; a token that holds no more ends the line. Of the rest nothing needs to be known. */
  private refused(frame: ClientFrame, { code, message, retry, after_ms, detail }: Refusal): void {
    if (over.has(code)) this.hear(byeOf(code, after_ms));
    else if (frame.type === "send" || frame.type === "act")
      this.hear({ type: "no", key: frame.key, code, message, retry, after_ms, detail });
  }

  private lost(): void {
    if (!this.silent) this.ears.closed();
    this.close();
  }
}

interface Refusal {
  code: string;
  message: string;
  retry: boolean;
  after_ms: number | null;
  detail: Record<string, unknown> | null;
}

const over = new Set(["expired", "ended", "bad_token"]);

/** What a refused request says, or what its status means where something on the way answered instead of the server. */
async function refusal(answer: Response): Promise<Refusal> {
  const said = (await answer.json().catch(() => null)) as { error?: Refusal } | null;
  if (typeof said?.error?.code === "string") return said.error;
  const code = answer.status === 413 ? "too_large" : "unavailable";
  return { code, message: "", retry: code === "unavailable", after_ms: patience(answer), detail: null };
}

/** How long an answer asks to wait; where it does not say, the client's own back-off has to do. */
function patience(answer: Response): number | null {
  const seconds = Number(answer.headers.get("Retry-After"));
  return seconds > 0 ? seconds * 1000 : null;
}

function byeOf(code: string, after_ms: number | null): Extract<ServerFrame, { type: "bye" }> {
  if (code === "expired") return { type: "bye", code, reconnect: "now", after_ms };
  return { type: "bye", code, reconnect: over.has(code) ? "never" : "later", after_ms };
}

/** The lines of an answer, as they come. */
async function* lines(answer: Response): AsyncGenerator<string> {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const whole = (rest + part.value).split("\n");
    rest = whole.pop() ?? "";
    yield* whole;
  }
  if (rest) yield rest;
}
