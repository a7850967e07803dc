// How a timeline is laid out: days, quiet facts, and messages grouped by author and minute. Pure.
import type { Item } from "../core/state";
import type { Reader } from "./reader";
import { dayKey } from "./time";

export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "fact"; key: string; item: Item; text: string }
  | { kind: "group"; key: string; mine: boolean; note: boolean; items: Item[] };

const MINUTE = 60_000;
const WRITTEN = new Set(["message", "note"]);

/** Lay a timeline out. `fact` words a fact, or returns null for one that this reader need not see. */
export function layOut(
  items: Item[],
  reader: Reader,
  mine: (item: Item) => boolean,
  fact: (item: Item) => string | null,
): Row[] {
  const rows: Row[] = [];
  let day = "";
  for (const item of items) {
    const text = WRITTEN.has(item.kind) ? null : fact(item);
    if (text === null && !WRITTEN.has(item.kind)) continue;
    const itsDay = dayKey(item.at, reader);
    if (itsDay !== day) {
      rows.push({ kind: "day", key: `day:${itsDay}`, at: item.at });
      day = itsDay;
    }
    if (text !== null) rows.push({ kind: "fact", key: item.key, item, text });
    else if (!joins(rows[rows.length - 1], item, mine(item)))
      rows.push({
        kind: "group",
        key: `group:${item.key}`,
        mine: mine(item),
        note: item.kind === "note",
        items: [item],
      });
  }
  return rows;
}

/** Add a message to the group before it, if that is by the same author and began within the minute. */
function joins(row: Row | undefined, item: Item, mine: boolean): boolean {
  if (row?.kind !== "group" || row.mine !== mine || row.note !== (item.kind === "note")) return false;
  const first = row.items[0] as Item;
  if (first.author.id !== item.author.id || item.at - first.at >= MINUTE) return false;
  row.items.push(item);
  return true;
}

/** The last message of one's own that has a delivery state: the only one under which it is shown. */
export function lastOwn(items: Item[], mine: (item: Item) => boolean): string | null {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index] as Item;
    if (item.kind === "message" && !item.gone && mine(item)) return item.key;
  }
  return null;
}
