// The conversations this client reads: each from its own last number, without gaps.
import { authorOf } from "./folding";
import type { ClientFrame, EventFrame, Me, ServerFrame } from "./frames";
import type { Timeline } from "./state";
import { emptyTimeline, reduce, sameAuthor } from "./timeline";

const PAGE = 200;
const ASK_AGAIN = 5_000;

type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

interface Reading {
  confirmed: Timeline;
  subscribed: boolean; // on this connection
  caughtUp: boolean; // the server has said `live` on this connection
  wasLive: boolean; // what comes from now on is news, not history
  wanted: number; // the highest number known to exist
  askedAt: number | null; // a `get` is on its way
  heard: number; // last number by somebody else
  acked: number;
  readSent: number;
}

const newReading = (conversation: string): Reading => ({
  confirmed: emptyTimeline(conversation),
  subscribed: false,
  caughtUp: false,
  wasLive: false,
  wanted: 0,
  askedAt: null,
  heard: 0,
  acked: 0,
  readSent: 0,
});

export class Readings {
  /** Conversations whose view must be made anew. */
  readonly changed = new Set<string>();
  private readings = new Map<string, Reading>();

  open(conversation: string): void {
    if (this.readings.has(conversation)) return;
    this.readings.set(conversation, newReading(conversation));
    this.changed.add(conversation);
  }

  /** Stop reading. Returns whether the server must be told. */
  close(conversation: string): boolean {
    const subscribed = this.readings.get(conversation)?.subscribed ?? false;
    if (this.readings.delete(conversation)) this.changed.add(conversation);
    return subscribed;
  }

  confirmed(conversation: string): Timeline | null {
    return this.readings.get(conversation)?.confirmed ?? null;
  }

  ids(): string[] {
    return [...this.readings.keys()];
  }

  /** Numbers for `hello`: it subscribes to these at once. */
  cursors(except: (conversation: string) => boolean): Record<string, number> {
    const cursors: Record<string, number> = {};
    for (const [conversation, reading] of this.readings) {
      if (except(conversation)) continue;
      reading.subscribed = true;
      cursors[conversation] = reading.confirmed.seq;
    }
    return cursors;
  }

  disconnected(): void {
    for (const reading of this.readings.values()) {
      Object.assign(reading, { subscribed: false, caughtUp: false, askedAt: null, acked: 0, readSent: 0 });
      this.change(reading, { live: false });
    }
  }

  /** The database was restored: numbers held mean nothing any more. */
  restart(): void {
    for (const conversation of this.readings.keys()) {
      this.readings.set(conversation, newReading(conversation));
      this.changed.add(conversation);
    }
  }

  /** Subscribe again from the last number held, or from the start where the server could not follow it. */
  again(conversation: string, fromStart: boolean): void {
    const reading = this.readings.get(conversation);
    if (!reading) return;
    if (fromStart) this.readings.set(conversation, { ...newReading(conversation), wasLive: reading.wasLive });
    else Object.assign(reading, { subscribed: false, caughtUp: false, askedAt: null });
    this.changed.add(conversation);
  }

  /** Apply the next event. Returns the event if it was news, and what to ask where numbers are missing. */
  event(
    event: EventFrame,
    me: Me | null,
    now: number,
  ): { news: EventFrame | null; applied: boolean; ask: ClientFrame[] } {
    const reading = this.readings.get(event.conversation);
    if (!reading) return { news: null, applied: false, ask: [] };
    const held = reading.confirmed;
    if (event.seq > held.seq + 1) return { news: null, applied: false, ask: this.missing(reading, event.seq, now) };
    const next = this.place(held, event);
    if (next === held) return { news: null, applied: false, ask: [] };
    reading.confirmed = next;
    this.settle(reading);
    const others = !me || !sameAuthor(event.author, authorOf(me));
    if (others) reading.heard = event.seq;
    const fresh = others && reading.wasLive && event.seq > held.ownRead;
    return { news: fresh ? event : null, applied: true, ask: [] };
  }

  live(frame: Frame<"live">, now: number): ClientFrame[] {
    const reading = this.readings.get(frame.conversation);
    if (!reading) return [];
    reading.caughtUp = true;
    const ask = this.missing(reading, frame.seq, now);
    this.settle(reading);
    return ask;
  }

  page(frame: Frame<"page">, now: number): ClientFrame[] {
    const reading = this.readings.get(frame.conversation);
    if (!reading) return [];
    reading.askedAt = null;
    // A page that brought nothing is not asked for again at once: the next heads will.
    const ask = reading.confirmed.seq > frame.after ? this.missing(reading, frame.head, now) : [];
    this.settle(reading);
    return ask;
  }

  /** A lost last event shows no gap: the heads do. */
  heads(heads: Record<string, number>, now: number): ClientFrame[] {
    return Object.entries(heads).flatMap(([conversation, head]) => {
      const reading = this.readings.get(conversation);
      return reading ? this.missing(reading, head, now) : [];
    });
  }

  cursor({ conversation, reader, delivered, read }: Frame<"cursor">): void {
    const reading = this.readings.get(conversation);
    if (!reading) return;
    const held = reading.confirmed.cursors[reader];
    const moved = { delivered: Math.max(held.delivered, delivered, read), read: Math.max(held.read, read) };
    this.change(reading, { cursors: { ...reading.confirmed.cursors, [reader]: moved } });
  }

  /** The person has seen everything up to `seq`; it only goes forward, and not beyond what is here. */
  read(conversation: string, seq: number): void {
    const reading = this.readings.get(conversation);
    if (!reading) return;
    const ownRead = Math.min(seq, reading.confirmed.seq);
    if (ownRead > reading.confirmed.ownRead) this.change(reading, { ownRead });
  }

  /** Another device of this person has read up to `seq`. */
  readElsewhere(conversation: string, seq: number): void {
    const reading = this.readings.get(conversation);
    if (!reading || seq <= reading.confirmed.ownRead) return;
    reading.readSent = Math.max(reading.readSent, seq);
    this.change(reading, { ownRead: seq });
  }

  /** What this connection still has to say: subscriptions, and how far things were stored and read. */
  sync(waits: (conversation: string) => boolean): ClientFrame[] {
    const frames: ClientFrame[] = [];
    for (const [conversation, reading] of this.readings) {
      const { seq, ownRead, live } = reading.confirmed;
      if (!reading.subscribed && !waits(conversation)) {
        reading.subscribed = true;
        frames.push({ type: "subscribe", topic: `conversation:${conversation}`, after: seq });
      }
      if (!reading.subscribed) continue;
      if (live && reading.heard > reading.acked) {
        reading.acked = seq;
        frames.push({ type: "ack", conversation, seq });
      }
      if (ownRead > reading.readSent && ownRead <= seq) {
        reading.readSent = ownRead;
        frames.push({ type: "read", conversation, seq: ownRead });
      }
    }
    return frames;
  }

  protected place(timeline: Timeline, event: EventFrame): Timeline {
    return reduce(timeline, event);
  }

  private missing(reading: Reading, head: number, now: number): ClientFrame[] {
    reading.wanted = Math.max(reading.wanted, head);
    const { seq, conversation } = reading.confirmed;
    if (reading.wanted <= seq) return [];
    if (reading.askedAt !== null && now - reading.askedAt < ASK_AGAIN) return [];
    reading.askedAt = now;
    return [{ type: "get", conversation, after: seq, limit: PAGE }];
  }

  private settle(reading: Reading): void {
    const live = reading.caughtUp && reading.confirmed.seq >= reading.wanted;
    reading.wasLive ||= live;
    this.change(reading, { live });
  }

  private change(reading: Reading, part: Partial<Timeline>): void {
    reading.confirmed = { ...reading.confirmed, ...part };
    this.changed.add(reading.confirmed.conversation);
  }
}
