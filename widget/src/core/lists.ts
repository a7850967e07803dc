// Lists are states: rows upserted by version. What a fresh reading does not show again is no longer there.
import type { ConversationRow } from "./frames";
import type { List } from "./state";

export const emptyList = (name: string): List => ({ name, rows: [], more: false, loading: true, count: null });

/** Put a row in its place; one that is older than what is held changes nothing. */
export function withRow(list: List, row: ConversationRow): List {
  const held = list.rows.find((each) => each.conversation === row.conversation);
  if (held && held.version > row.version) return list;
  const others = list.rows.filter((each) => each !== held);
  return { ...list, rows: [...others, row].sort(orderOf(list.name)) };
}

export function withoutRow(list: List, conversation: string): List {
  return { ...list, rows: list.rows.filter((each) => each.conversation !== conversation) };
}

/** End a reading: `seen` holds what it showed; null for a further page, which takes nothing away. */
export function listed(list: List, more: boolean, count: number | null, seen: ReadonlySet<string> | null): List {
  const rows = seen ? list.rows.filter((each) => seen.has(each.conversation)) : list.rows;
  return { ...list, rows, more, count, loading: false };
}

type Order = (one: ConversationRow, other: ConversationRow) => number;

const latest: Order = (one, other) =>
  other.changed_at - one.changed_at || compare(one.conversation, other.conversation);

/** Work: as the server orders these lists, too. (Infinity less Infinity is NaN, which falls through to the next rule.) Blocked patient care first, then what came back to the front, then the nearest deadline, then the longest wait. */
export const pressing: Order = (one, other) =>
  Number(other.urgency === "care_blocked") - Number(one.urgency === "care_blocked") ||
  Number(other.front) - Number(one.front) ||
  (one.due_at ?? Infinity) - (other.due_at ?? Infinity) ||
  (one.waiting_since ?? Infinity) - (other.waiting_since ?? Infinity) ||
  compare(one.conversation, other.conversation);

const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

function orderOf(name: string): Order {
  return pressingLists.has(name) || name.startsWith("team:") ? pressing : latest;
}

const pressingLists = new Set(["care_blocked", "waiting", "promised"]);
