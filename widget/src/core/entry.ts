// One command of a person on its way to the server.
import type { KeptCommand } from "./contract";
import type { CommandFrame } from "./frames";

export interface Entry {
  command: CommandFrame;
  at: number; // when the person acted
  state: "queued" | "sending" | "acked" | "failed";
  sentAt: number | null;
  retryAt: number | null; // not before: the server asked for patience
  tries: number;
  seq: number | null;
  ackedAt: number | null;
  failure: { code: string; message: string; retry: boolean } | null;
  restored: boolean; // acknowledged in the life of an earlier page: its event is history, to be read like the rest
}

export const entryOf = (command: CommandFrame, at: number): Entry => ({
  command,
  at,
  state: "queued",
  sentAt: null,
  retryAt: null,
  tries: 0,
  seq: null,
  ackedAt: null,
  failure: null,
  restored: false,
});

export const isPending = (entry: Entry): boolean => entry.state === "queued" || entry.state === "sending";

/** Commands of one lane go one after the other; acts without a conversation share a lane of their own. */
export const laneOf = (command: CommandFrame): string => command.conversation ?? "";

export const isStart = (command: CommandFrame): boolean => command.type === "act" && command.verb === "start";

/** Starts, messages and notes: what a restored database is offered again. Other acts never are: the world moved on. */
export const isOfferedAgain = (command: CommandFrame): boolean => command.type === "send" || isStart(command);

/** What must not be lost with the page. A claim or a hand-over is not repeated by a page that opens tomorrow. */
const lasting = new Set(["start", "edit", "delete", "redact", "rate"]);
export const isLasting = (command: CommandFrame): boolean => command.type === "send" || lasting.has(command.verb);

/** A start whose context the server does not take, without what it named; null where nothing is left to leave out. */
export function withoutField(command: CommandFrame, field: unknown): CommandFrame | null {
  if (command.type !== "act" || !isStart(command)) return null;
  const context = (command.context ?? {}) as Record<string, string>;
  if (Object.keys(context).length === 0) return null;
  if (typeof field !== "string" || !(field in context)) return { ...command, context: {}, topic: "" };
  const { [field]: refused, ...kept } = context;
  // The module is the topic too, and what looks like a patient's must not stay in either.
  return { ...command, context: kept, topic: command.topic === refused ? "" : command.topic };
}

export function keptOf(entry: Entry): KeptCommand {
  const acked = entry.state === "acked" ? { seq: entry.seq, at: entry.ackedAt ?? entry.at } : null;
  return { command: entry.command, at: entry.at, acked, failure: entry.failure };
}

export function entryFrom(kept: KeptCommand): Entry {
  const entry = entryOf(kept.command, kept.at);
  if (kept.acked) return { ...entry, state: "acked", seq: kept.acked.seq, ackedAt: kept.acked.at, restored: true };
  return kept.failure ? { ...entry, state: "failed", failure: kept.failure } : entry;
}
