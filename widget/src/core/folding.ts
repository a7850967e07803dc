// A timeline as its reader sees it: own pending items folded in, and how far one's own words have come.
import { type Entry, isPending } from "./entry";
import type { Author, Me } from "./frames";
import type { Delivery, Item, Timeline } from "./state";
import { sameAuthor } from "./timeline";

/** Fold a person's unconfirmed commands into what the server has confirmed: by key and number, so nothing shows twice. */
export function fold(confirmed: Timeline, entries: readonly Entry[], me: Me | null): Timeline {
  const self = me && authorOf(me);
  const own = (item: Item) => self !== null && sameAuthor(item.author, self);
  const items = confirmed.items.map((item) =>
    own(item) ? { ...item, delivery: delivered(item, confirmed, me) } : item,
  );
  const held = new Set(confirmed.items.filter(own).map((item) => item.key));
  const pending = entries.filter((entry) => shows(entry, confirmed.seq) && !held.has(entry.command.key));
  return pending.length === 0 ? { ...confirmed, items } : { ...confirmed, items: [...items, ...placed(pending, self)] };
}

export const authorOf = (me: Me): Author => ({ kind: me.kind, id: me.id, name: me.name });

/** How many messages by others this person has not read yet. */
export function unreadIn(timeline: Timeline, me: Me | null): number {
  const self = me && authorOf(me);
  const counts = (item: Item) =>
    (item.kind === "message" || item.kind === "note") &&
    item.gone === null &&
    (item.seq ?? 0) > timeline.ownRead &&
    !(self && sameAuthor(item.author, self));
  return timeline.items.filter(counts).length;
}

/** Only words are shown before the server has them, and acknowledged ones until their event is here. */
function shows(entry: Entry, seq: number): boolean {
  if (entry.command.type !== "send") return false;
  return entry.state === "acked"
    ? !entry.restored && (entry.seq ?? 0) > seq
    : isPending(entry) || entry.state === "failed";
}

/** Acknowledged first, by number; then in the order in which the person wrote. */
function placed(entries: Entry[], self: Author | null): Item[] {
  const place = (entry: Entry) => (entry.state === "acked" ? (entry.seq ?? 0) : Number.POSITIVE_INFINITY);
  const order = (one: Entry, other: Entry) => (place(one) === place(other) ? 0 : place(one) - place(other));
  return [...entries].sort(order).map((entry) => itemOf(entry, self));
}

function itemOf(entry: Entry, self: Author | null): Item {
  const command = entry.command as Extract<Entry["command"], { type: "send" }>;
  const note = command.kind === "note";
  return {
    key: command.key,
    seq: entry.seq,
    kind: command.kind,
    author: self ?? { kind: "contact", id: null, name: "" },
    at: entry.at,
    audience: note ? (command.audience ?? "staff") : "contact",
    facts: note ? { mentions: command.body.mentions ?? [] } : { quote: command.body.quote ?? null },
    body: { text: command.body.text, files: [] },
    gone: null,
    edited: false,
    delivery: deliveryOf[entry.state],
    failure: entry.failure,
  };
}

const deliveryOf: Record<Entry["state"], Delivery> = {
  queued: "queued",
  sending: "sending",
  acked: "sent",
  failed: "failed",
};

/** The other side's cursors say how far a message came; a note has no other side. */
function delivered(item: Item, timeline: Timeline, me: Me | null): Delivery | null {
  if (item.kind !== "message" && item.kind !== "note") return null;
  if (item.kind === "note" || item.seq === null) return "sent";
  const cursor = me?.kind === "contact" ? timeline.cursors.agent : timeline.cursors.contact;
  if (item.seq <= cursor.read) return "read";
  return item.seq <= cursor.delivered ? "delivered" : "sent";
}
