// The order of a list and what the keyboard's "next" means in it, also when the list has moved meanwhile.
import type { ConversationRow } from "../../core/frames";
import { pressing } from "../../core/lists";

const worked = new Set(["care_blocked", "waiting", "promised", "mine"]);

/** Whether a list is one of work, and goes by deadline; the others go by what changed last. */
export const goesByDeadline = (list: string) => worked.has(list) || list.startsWith("team:");

/** The rows in the order in which they are shown: the core's, but for one's own, which it keeps by their last change. */
export function ordered(list: string, rows: readonly ConversationRow[]): readonly ConversationRow[] {
  return list === "mine" ? [...rows].sort(pressing) : rows;
}

/**
 * The conversation `step` away from the chosen one. A chosen row that has left the list keeps its place:
 * "next" is then the one that moved up into it, so the person never loses where they were.
 */
export function neighbour(rows: readonly ConversationRow[], chosen: string | null, place: number, step: 1 | -1) {
  if (rows.length === 0) return null;
  const at = rows.findIndex((row) => row.conversation === chosen);
  const from = at >= 0 ? at + step : step > 0 ? place : place - 1;
  const index = Math.min(rows.length - 1, Math.max(0, from));
  return rows[index]?.conversation ?? null;
}

/** Whether the contact has written something that this agent has not seen. */
export const unseen = (row: ConversationRow) => row.read < row.head && row.last.by === "contact";
