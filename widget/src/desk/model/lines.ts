// A timeline's items as a person reads them: days, and runs of messages by one author.
import type { Item } from "../../core/state";

export interface Run {
  kind: "run";
  key: string;
  author: Item["author"];
  note: boolean;
  at: number;
  items: Item[];
}
export interface Fact {
  kind: "fact";
  key: string;
  item: Item;
}
export interface Packet {
  kind: "packet";
  key: string;
  item: Item;
}
export interface Day {
  kind: "day";
  key: string;
  at: number;
}
export type Line = Run | Fact | Packet | Day;

const pause = 5 * 60_000;
const hidden = new Set(["edited", "deleted", "redacted"]);

const spoken = (item: Item) => item.kind === "message" || item.kind === "note";

function joins(run: Line | undefined, item: Item): run is Run {
  return (
    run?.kind === "run" &&
    run.author.kind === item.author.kind &&
    run.author.id === item.author.id &&
    run.note === (item.kind === "note") &&
    item.at - (run.items.at(-1)?.at ?? run.at) < pause
  );
}

/** Group items into lines; what changed an earlier message shows on that message, not as a line of its own. */
export function lines(items: readonly Item[], dayOf: (at: number) => string): Line[] {
  const out: Line[] = [];
  let last: string | null = null;
  for (const item of items) {
    if (hidden.has(item.kind)) continue;
    const day = dayOf(item.at);
    if (last !== day) out.push({ kind: "day", key: `day:${day}:${item.key}`, at: item.at });
    last = day;
    const run = out.at(-1);
    if (!spoken(item)) out.push({ kind: item.kind === "packet" ? "packet" : "fact", key: item.key, item });
    else if (joins(run, item)) run.items.push(item);
    else
      out.push({
        kind: "run",
        key: item.key,
        author: item.author,
        note: item.kind === "note",
        at: item.at,
        items: [item],
      });
  }
  return out;
}

/** Whether something that people wrote stands in an item, under a key by which it can be named. */
export function holdsWords(item: Item): boolean {
  if (item.seq === null || item.body === null || item.key.startsWith("seq:")) return false;
  return Object.values(item.body).some((part) => Object.keys(part ?? "").length > 0);
}

/** The last message from our side that the contact can see: the one line that says how far it got. */
export function lastAnswer(items: readonly Item[]): Item | null {
  return lastOf(items, (item) => item.kind === "message" && item.author.kind === "agent" && !item.gone);
}

/** The last item that fits (an EHR's browser may be too old for findLast). */
export function lastOf(items: readonly Item[], fits: (item: Item) => boolean): Item | null {
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (item && fits(item)) return item;
  }
  return null;
}

/**
 * Whether somebody else has read a packet: they did something after it, or the reader is somebody else and was there.
 * The agents' cursor alone does not say it: the one who wrote the packet moves it too.
 */
export function packetRead(items: readonly Item[], packet: Item, me: string, read: number): boolean {
  if (packet.seq === null) return false;
  const { id, kind } = packet.author;
  if (id !== me && read >= packet.seq) return true;
  const after = items.slice(items.indexOf(packet) + 1);
  return after.some(({ author }) => author.kind === kind && author.id !== id);
}

/** The first message by somebody else after the last one this agent has read. */
export function firstUnread(items: readonly Item[], read: number, me: string): string | null {
  if (read === 0) return null;
  const found = items.find((item) => spoken(item) && (item.seq ?? 0) > read && item.author.id !== me);
  return found?.key ?? null;
}

export interface Piece {
  text: string;
  mention: boolean;
}

/** Split a note into plain pieces and the colleagues it names; of two names that begin alike, the longer wins. */
export function pieces(text: string, names: readonly string[]): Piece[] {
  const found = [...names].sort((a, b) => b.length - a.length).find((name) => name !== "" && text.includes(`@${name}`));
  if (!found) return text === "" ? [] : [{ text, mention: false }];
  const at = text.indexOf(`@${found}`);
  const end = at + found.length + 1;
  return [
    ...pieces(text.slice(0, at), names),
    { text: text.slice(at, end), mention: true },
    ...pieces(text.slice(end), names),
  ];
}
