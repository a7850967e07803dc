// What a person did and the server has not acknowledged, plus what it acknowledged within a day.
// Stop-and-wait in each conversation: two commands on their way could change places when the line is cut.
import type { KeptCommand } from "./contract";
import {
  type Entry,
  entryFrom,
  entryOf,
  isLasting,
  isOfferedAgain,
  isPending,
  isStart,
  keptOf,
  laneOf,
  withoutField,
} from "./entry";
import type { CommandFrame, ServerFrame } from "./frames";

type Ok = Extract<ServerFrame, { type: "ok" }>;
type No = Extract<ServerFrame, { type: "no" }>;

export const OVERDUE = 5_000;
const DAY = 86_400_000;
const RETRY_BASE = 500;
const RETRY_CAP = 30_000;

export class Outbox {
  private entries: Entry[] = [];

  constructor(private readonly random: () => number) {}

  /** Take a command; one whose key is known already is the same act. */
  offer(command: CommandFrame, now: number): boolean {
    if (this.find(command.key)) return false;
    this.entries.push(entryOf(command, now));
    return true;
  }

  /** Take back what an earlier page kept: it was written before anything this page wrote. */
  restore(kept: readonly KeptCommand[], now: number): void {
    const older = kept.filter((each) => !this.find(each.command.key)).map(entryFrom);
    this.entries = [...older, ...this.entries];
    this.prune(now);
  }

  /** The commands to send now, each marked as sent: the first of each lane, new or overdue. */
  take(now: number): CommandFrame[] {
    const due = this.heads().filter((entry) => this.dueAt(entry) <= now);
    for (const entry of due) Object.assign(entry, { state: "sending", sentAt: now, retryAt: null });
    return due.map((entry) => entry.command);
  }

  /** Whether the server owes an answer to something that was sent. */
  overdue(now: number): boolean {
    return this.heads().some((entry) => entry.state === "sending" && this.dueAt(entry) <= now);
  }

  /** When `take` will next have something; null while nothing waits. */
  wakeAt(): number | null {
    const times = this.heads().map((entry) => this.dueAt(entry));
    return times.length ? Math.min(...times) : null;
  }

  /** The server has it. Returns the entry, or null where the answer is an old one. */
  ok(frame: Ok, now: number): Entry | null {
    const entry = this.find(frame.key);
    if (!entry || entry.state === "acked") return null;
    Object.assign(entry, { state: "acked", seq: frame.seq, ackedAt: now, failure: null });
    if (!isOfferedAgain(entry.command)) this.remove(entry);
    return entry;
  }

  /** The server refuses it, or asks to try again. Returns what has failed for good by that. */
  no(frame: No, now: number): Entry[] {
    const entry = this.find(frame.key);
    if (!entry || !isPending(entry)) return [];
    if (!frame.retry) return this.amend(entry, frame) ? [] : this.fail(entry, frame);
    this.postpone(entry, frame.after_ms, now);
    return [];
  }

  /** The line is cut: what was on its way is sent again on the next one, first things first. */
  disconnected(): void {
    for (const entry of this.entries)
      if (entry.state === "sending") Object.assign(entry, { state: "queued", sentAt: null });
  }

  /** The database was restored: offer again, in the old order, what it had acknowledged in the last day. */
  offerAgain(now: number): void {
    this.prune(now);
    const again = this.entries.filter((entry) => entry.state === "acked");
    for (const entry of again) Object.assign(entry, entryOf(entry.command, entry.at));
    this.entries = [...again, ...this.entries.filter((entry) => !again.includes(entry))];
  }

  /** Try a failed command again, behind what was written since; its conversation's start first, if that failed too. */
  retry(key: string): void {
    const entry = this.find(key);
    if (entry?.state !== "failed") return;
    const start = this.entries.find(
      (each) => each.state === "failed" && isStart(each.command) && laneOf(each.command) === laneOf(entry.command),
    );
    for (const each of start && start !== entry ? [start, entry] : [entry]) {
      this.remove(each);
      this.entries.push({ ...entryOf(each.command, each.at) });
    }
  }

  /** Forget a command the person gave up. One that may be on its way already is not withdrawn by that. */
  discard(key: string): void {
    const entry = this.find(key);
    if (entry && (entry.state === "failed" || entry.state === "queued")) this.remove(entry);
  }

  /** A message is gone for everybody: no copy of its text stays here, nor comes back after a restore. */
  erase(key: string): void {
    const entry = this.find(key);
    if (entry && !isPending(entry)) this.remove(entry);
  }

  /** A conversation whose start is still on its way is not known to the server yet. */
  starting(conversation: string): boolean {
    return this.of(conversation).some((entry) => isStart(entry.command) && isPending(entry));
  }

  of(conversation: string): Entry[] {
    return this.entries.filter((entry) => laneOf(entry.command) === conversation);
  }

  conversations(): Set<string> {
    return new Set(this.entries.filter((entry) => entry.state !== "acked").map((entry) => laneOf(entry.command)));
  }

  kept(now: number): KeptCommand[] {
    this.prune(now);
    return this.entries.filter((entry) => isLasting(entry.command)).map(keptOf);
  }

  find(key: string): Entry | undefined {
    return this.entries.find((entry) => entry.command.key === key);
  }

  /** Whatever may be sent, if it is due: the first pending entry of each lane. */
  protected heads(): Entry[] {
    const lanes = new Map<string, Entry>();
    for (const entry of this.pending()) {
      const lane = laneOf(entry.command);
      if (!lanes.has(lane)) lanes.set(lane, entry);
    }
    return [...lanes.values()];
  }

  protected pending(): Entry[] {
    return this.entries.filter(isPending);
  }

  private dueAt(entry: Entry): number {
    if (entry.state === "sending") return (entry.sentAt ?? 0) + OVERDUE;
    return entry.retryAt ?? 0;
  }

  /** What the EHR said of the screen must not keep a person from asking: their question goes without it. */
  private amend(entry: Entry, { code, detail }: No): boolean {
    const command = code === "context_field" ? withoutField(entry.command, detail?.field) : null;
    if (command) Object.assign(entry, { command, state: "queued", sentAt: null });
    return command !== null;
  }

  private postpone(entry: Entry, afterMs: number | null, now: number): void {
    const backOff = Math.ceil(this.random() * Math.min(RETRY_CAP, RETRY_BASE * 2 ** entry.tries));
    Object.assign(entry, {
      state: "queued",
      sentAt: null,
      tries: entry.tries + 1,
      retryAt: now + Math.max(afterMs ?? 0, backOff),
    });
  }

  /** What was to follow a refused start has nowhere to go: it fails with the same words instead of one by one. */
  private fail(entry: Entry, { code, message }: No): Entry[] {
    const failure = { code, message, retry: true };
    const lost = isStart(entry.command) ? this.of(laneOf(entry.command)).filter(isPending) : [entry];
    for (const each of lost) {
      Object.assign(each, { state: "failed", sentAt: null, failure });
      if (!isOfferedAgain(each.command)) this.remove(each);
    }
    return lost;
  }

  private remove(entry: Entry): void {
    this.entries = this.entries.filter((each) => each !== entry);
  }

  private prune(now: number): void {
    this.entries = this.entries.filter((entry) => entry.state !== "acked" || now - (entry.ackedAt ?? entry.at) < DAY);
  }
}
