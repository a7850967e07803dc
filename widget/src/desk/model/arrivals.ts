// What is worth a sound or a desktop notification, found by comparing two states of the lists one follows.
import type { ConversationRow } from "../../core/frames";

export interface Arrival {
  conversation: string;
  reference: string;
  why: "answer" | "phone" | "new" | "care_blocked" | "given";
}
/** What was known of a conversation when the lists were last looked at. */
export interface Seen {
  head: number;
  mine: boolean;
  blocked: boolean;
}
export type SeenRows = ReadonlyMap<string, Seen>;

/** Note everything in the lists that an agent always follows: the queue and their own. */
export function look(waiting: readonly ConversationRow[], mine: readonly ConversationRow[]): SeenRows {
  const seen = new Map<string, Seen>();
  const note = (row: ConversationRow, own: boolean) =>
    seen.set(row.conversation, { head: row.head, mine: own, blocked: row.urgency === "care_blocked" });
  for (const row of waiting) note(row, false);
  for (const row of mine) note(row, true);
  return seen;
}

const BY_LAST: Record<string, Arrival["why"]> = { message: "answer", phone_asked: "phone" };

function whyOf(row: ConversationRow, own: boolean, before: Seen | undefined): Arrival["why"] | null {
  if (row.urgency === "care_blocked" && !before?.blocked) return "care_blocked";
  if (!own) return before ? null : "new";
  if (!before?.mine) return row.last.kind === "handed_over" ? "given" : null;
  if (row.head <= before.head || row.last.by !== "contact") return null;
  return BY_LAST[row.last.kind] ?? null;
}

/** What arrived since; nothing before the lists were loaded once, or a log-in would ring for everything. */
export function arrivals(
  before: SeenRows | null,
  waiting: readonly ConversationRow[],
  mine: readonly ConversationRow[],
): Arrival[] {
  if (before === null) return [];
  const found: Arrival[] = [];
  const check = (row: ConversationRow, own: boolean) => {
    const why = whyOf(row, own, before.get(row.conversation));
    if (why) found.push({ conversation: row.conversation, reference: row.reference, why });
  };
  for (const row of mine) check(row, true);
  for (const row of waiting) check(row, false);
  return found;
}

/** The title of the page: a count, never a name. */
export function title(count: number, word: string): string {
  return count > 0 ? `(${count}) ${word}` : word;
}
