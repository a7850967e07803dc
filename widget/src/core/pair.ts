// What I and one other say to each other until we are connected: W3C perfect negotiation (WebRTC 1.0 §10.7), pure.
// Signals may be lost, repeated and overtaken on the way: they are counted, and taken in their order.
import type { Candidate, Description, Said } from "./callFrames";

const GATHER = 50; // candidates that come together go together
const HELD_MAX = 64;
const TOGETHER = 20; // candidates a frame, as the server allows
const NOTICED = 45_000; // a dead line is noticed after 35 s: what was said since may be lost
const REMEMBERED = 120_000;
const GAP = 10_000; // what is missing for so long does not come

/** What the connection says happened to it, and what the other side said. */
export type PairInput =
  | { kind: "needed" } // an offer should be made
  | { kind: "described"; description: Description } // ours is set
  | { kind: "accepted" } // theirs is set
  | { kind: "candidate"; candidate: Candidate }
  | { kind: "restart" }
  | { kind: "signal"; n: number; said: Said }
  | { kind: "tick" };

/** What is to be done with the connection, strictly in this order, and what to say to the other side. */
export type PairOrder =
  | { kind: "offer" } // set a local description; then `described`
  | { kind: "accept"; description: Description } // set theirs, rolling ours back; then `accepted`; an offer: answer it
  | { kind: "add"; candidates: Candidate[] } // those of an offer that was not taken may fail: no harm
  | { kind: "restart" }
  | { kind: "say"; n: number; said: Said };

export class Pair {
  wakeAt: number | null = null;
  private gapSince: number | null = null; // since when something of theirs is missing
  private making = false; // our offer is being made
  private offered = false; // … was said, and has no answer yet
  private settling = false; // their offer is taken, our answer is still to come
  private taking = false; // their answer is being set
  private ignoring = false; // their offer lost against ours: its candidates, too
  private yielded = 0; // offers of ours that theirs overruled while they were being made
  private needed = false;
  private met: boolean;
  private gathered: Candidate[] = [];
  private told: { n: number; at: number; said: Said }[] = [];
  private count = 0;
  private next = 1;
  private held = new Map<number, Said>();
  private orders: PairOrder[] = [];

  constructor(
    readonly other: string,
    readonly polite: boolean,
    readonly generation: number,
  ) {
    this.met = !polite; // the first offer is the other's, or every call would begin with a collision
  }

  receive(input: PairInput, now: number): PairOrder[] {
    this.orders = [];
    this.inputs[input.kind](input as never, now);
    return this.orders;
  }

  /** What has to be said again: the line was cut then, and nobody knows how far it came. */
  maybeLost(cutAt: number): Extract<PairOrder, { kind: "say" }>[] {
    return this.told.filter(({ at }) => at >= cutAt - NOTICED).map(({ n, said }) => ({ kind: "say", n, said }));
  }

  /** Whether something of theirs is missing for good; said once, then it is waited for anew. */
  stuck(now: number): boolean {
    if (this.gapSince === null || now - this.gapSince <= GAP) return false;
    this.gapSince = now;
    return true;
  }

  private readonly inputs: { [K in PairInput["kind"]]: (input: Extract<PairInput, { kind: K }>, now: number) => void } =
    {
      needed: () => {
        this.needed = true;
        this.offer();
      },
      described: ({ description }, now) => this.described(description, now),
      accepted: () => {
        this.taking = false;
        this.offer();
      },
      candidate: ({ candidate }, now) => {
        this.gathered.push(candidate);
        this.wakeAt ??= now + GATHER;
        if (this.gathered.length >= TOGETHER) this.flush(now);
      },
      restart: () => {
        if (this.met) this.orders.push({ kind: "restart" });
      },
      signal: ({ n, said }, now) => this.signal(n, said, now),
      tick: (_input, now) => {
        if (this.wakeAt !== null && now >= this.wakeAt) this.flush(now);
      },
    };

  private offer(): void {
    if (!this.needed || !this.met || this.making || this.offered || this.settling || this.taking) return;
    this.needed = false;
    this.making = true;
    this.orders.push({ kind: "offer" });
  }

  private described(description: Description, now: number): void {
    if (description.type === "offer") {
      if (this.yielded > 0) {
        this.yielded -= 1; // theirs came meanwhile: this one is rolled back before anybody heard of it
        return;
      }
      this.making = false;
      this.offered = true;
    } else this.settling = false;
    this.say({ description }, now);
    this.offer();
  }

  private signal(n: number, said: Said, now: number): void {
    if (n < this.next || this.held.size >= HELD_MAX) return;
    this.held.set(n, said);
    for (let due = this.held.get(this.next); due; due = this.held.get(this.next)) {
      this.held.delete(this.next);
      this.next += 1;
      this.hear(due);
    }
    if (this.held.size === 0) this.gapSince = null;
    else this.gapSince ??= now;
  }

  private hear({ description, candidates }: Said): void {
    if (description?.type === "offer") this.hearOffer(description);
    if (description?.type === "answer") this.hearAnswer(description);
    if (candidates?.length && !this.ignoring) this.orders.push({ kind: "add", candidates });
  }

  private hearOffer(description: Description): void {
    const collision = this.making || this.offered;
    this.ignoring = collision && !this.polite;
    if (this.ignoring) return;
    if (this.making) this.yielded += 1;
    if (collision) this.needed = true; // what ours was for is still wanted
    this.making = false;
    this.offered = false;
    this.settling = true;
    this.met = true;
    this.orders.push({ kind: "accept", description });
  }

  private hearAnswer(description: Description): void {
    this.ignoring = false;
    if (!this.offered) return; // to an offer that we took back
    this.offered = false;
    this.taking = true;
    this.orders.push({ kind: "accept", description });
  }

  private say(said: Said, now: number): void {
    this.flush(now);
    this.count += 1;
    this.told = [...this.told.filter(({ at }) => at > now - REMEMBERED), { n: this.count, at: now, said }];
    this.orders.push({ kind: "say", n: this.count, said });
  }

  private flush(now: number): void {
    this.wakeAt = null;
    const candidates = this.gathered;
    this.gathered = [];
    if (candidates.length > 0) this.say({ candidates }, now);
  }
}
