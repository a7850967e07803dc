// How near a conversation is to its deadline: one answer for the list's ring and for the promise card.
import type { ConversationRow } from "../../core/frames";

export type Tone = "calm" | "soon" | "late";
export interface Due {
  tone: Tone;
  /** 0 at the beginning of the wait, 1 at the deadline and after it. */
  filled: number;
  /** Milliseconds left; negative when over. */
  left: number;
}

type Waiting = Pick<ConversationRow, "due_at" | "waiting_since" | "changed_at" | "created_at">;

const soonShare = 0.7;
const soonLeft = 30_000;

/** Where a row stands against its deadline, or null if nothing is due. */
export function due(row: Waiting, now: number): Due | null {
  if (row.due_at == null) return null;
  const from = row.waiting_since ?? row.changed_at ?? row.created_at;
  const whole = Math.max(1, row.due_at - from);
  const filled = Math.min(1, Math.max(0, (now - from) / whole));
  const left = row.due_at - now;
  if (left < 0) return { tone: "late", filled: 1, left };
  return { tone: filled >= soonShare || left <= soonLeft ? "soon" : "calm", filled, left };
}

/** The `stroke-dasharray` of a ring of this circumference. */
export function ring(filled: number, around: number): string {
  return `${(Math.max(0.03, filled) * around).toFixed(1)} ${around}`;
}
