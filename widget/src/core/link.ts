// One connection after the other, as a state machine without I/O: when to open, ping, give up and try again.
import type { LinkPhase } from "./state";

export const DEAD_AFTER = 35_000;
export const OPENING = 10_000; // from `connect` to `welcome`, each step
export const WAKING = 3_000;
const BASE = 500;
const CAP = 30_000;
const SETTLED = 10_000; // a connection that lasted this long was a good one: back-off begins anew

export type LinkOutput = "connect" | "hello" | "ping" | "close" | "renew" | "ended";

/** What the machine waits for; `LinkPhase` is what a person is told of it. */
type Stage = "idle" | "opening" | "greeting" | "live" | "resting" | "pausing" | "unidentified" | "ended";

const phases: Record<Stage, LinkPhase> = {
  idle: "offline",
  opening: "connecting",
  greeting: "connecting",
  live: "live",
  resting: "resting",
  pausing: "retrying",
  unidentified: "retrying",
  ended: "ended",
};

export interface Bye {
  code: string;
  reconnect: "now" | "later" | "never";
  after_ms: number | null;
}

export class Link {
  ended: string | null = null;
  private stage: Stage = "idle";
  private attempts = 0;
  private heartbeat = 15_000;
  private since = 0; // when this stage began
  private heardAt = 0;
  private pingAt = 0;
  private answerBy: number | null = null; // a wake-up ping must be answered by then
  private leaveAt: number | null = null; // draining: move elsewhere then
  private notBefore = 0; // the server asked for patience until then: waking up is no excuse
  private resumeAt: number | null = null; // the end of a pause

  constructor(private readonly random: () => number) {}

  get phase(): LinkPhase {
    return phases[this.stage];
  }

  get live(): boolean {
    return this.stage === "live";
  }

  get resting(): boolean {
    return this.stage === "resting";
  }

  get retryAt(): number | null {
    return this.stage === "pausing" ? this.resumeAt : null;
  }

  start(now: number): LinkOutput[] {
    this.enter("opening", now);
    return ["connect"];
  }

  opened(now: number): LinkOutput[] {
    if (this.stage !== "opening") return [];
    this.enter("greeting", now);
    return ["hello"];
  }

  welcomed(heartbeat: number, now: number): void {
    if (this.stage !== "greeting") return;
    this.enter("live", now);
    this.heartbeat = heartbeat;
    this.pingAt = now + heartbeat;
    this.heardAt = now;
  }

  /** Any frame proves that the line is alive. */
  heard(now: number): void {
    this.heardAt = now;
    this.answerBy = null;
  }

  closed(now: number): LinkOutput[] {
    if (!this.open) return [];
    return this.pause(0, now);
  }

  /** The device woke, the page became visible, or the network came back. */
  nudge(now: number): LinkOutput[] {
    if (this.stage === "pausing") return now >= this.notBefore ? this.start(now) : [];
    if (this.stage === "unidentified") return ["renew"];
    return this.doubt(now);
  }

  /** Nobody looks, and another tab listens: the line is let go, and taken again by `wake`. */
  rest(now: number): LinkOutput[] {
    if (this.stage !== "live") return [];
    this.enter("resting", now);
    this.attempts = 0;
    return ["close"];
  }

  /** Somebody looks again, or there is something to say. */
  wake(now: number): LinkOutput[] {
    return this.stage === "resting" ? this.start(now) : this.nudge(now);
  }

  /** Something hints that the line is dead: it has three seconds to prove that it is not. */
  doubt(now: number): LinkOutput[] {
    if (this.stage !== "live" || this.answerBy !== null) return [];
    this.answerBy = now + WAKING;
    return ["ping"];
  }

  /** The server is going: move at a random moment, so that not everybody moves at once. */
  drain(withinMs: number, now: number): void {
    if (this.stage === "live") this.leaveAt = Math.ceil(now + this.random() * withinMs);
  }

  bye(frame: Bye, now: number): LinkOutput[] {
    if (!this.open) return [];
    if (frame.code === "expired") return this.unidentified(now);
    if (frame.reconnect === "never") return this.end(frame.code, now);
    if (frame.reconnect === "now") this.attempts = 0;
    return ["close", ...this.pause(frame.after_ms ?? 0, now)];
  }

  /** A fresh token is here; without one there was no point in trying. */
  identified(now: number): LinkOutput[] {
    return this.stage === "unidentified" ? this.start(now) : [];
  }

  end(code: string, now: number): LinkOutput[] {
    if (this.stage === "ended") return [];
    const outputs: LinkOutput[] = this.open ? ["close", "ended"] : ["ended"];
    this.ended = code;
    this.enter("ended", now);
    return outputs;
  }

  tick(now: number): LinkOutput[] {
    if (this.stage === "pausing") return now >= (this.resumeAt ?? 0) ? this.start(now) : [];
    if (this.stage === "opening" || this.stage === "greeting") {
      return now >= this.since + OPENING ? ["close", ...this.pause(0, now)] : [];
    }
    return this.stage === "live" ? this.tickLive(now) : [];
  }

  wakeAt(): number | null {
    if (this.stage === "pausing") return this.resumeAt;
    if (this.stage === "opening" || this.stage === "greeting") return this.since + OPENING;
    if (this.stage !== "live") return null;
    return Math.min(this.pingAt, this.heardAt + DEAD_AFTER, this.answerBy ?? Infinity, this.leaveAt ?? Infinity);
  }

  private get open(): boolean {
    return this.stage === "opening" || this.stage === "greeting" || this.stage === "live";
  }

  private tickLive(now: number): LinkOutput[] {
    if (now >= this.heardAt + DEAD_AFTER) return ["close", ...this.pause(0, now)];
    const leaving = this.leaveAt !== null && now >= this.leaveAt;
    const silent = this.answerBy !== null && now >= this.answerBy;
    if (leaving || silent) return ["close", ...this.start(now)];
    if (now < this.pingAt) return [];
    this.pingAt = now + this.heartbeat;
    return ["ping"];
  }

  private unidentified(now: number): LinkOutput[] {
    this.enter("unidentified", now);
    return ["close", "renew"];
  }

  /** Full jitter: anything from nothing to twice the last bound, and never less than the server asked for. */
  private pause(atLeast: number, now: number): LinkOutput[] {
    if (this.stage === "live" && now - this.since >= SETTLED) this.attempts = 0;
    const bound = Math.min(CAP, BASE * 2 ** Math.min(this.attempts, 10));
    this.attempts += 1;
    this.enter("pausing", now);
    this.notBefore = now + atLeast;
    this.resumeAt = Math.ceil(this.notBefore + this.random() * bound);
    return [];
  }

  private enter(stage: Stage, now: number): void {
    this.stage = stage;
    this.since = now;
    this.answerBy = this.leaveAt = this.resumeAt = null;
  }
}
