// Builders for the nouns of the desk: rows, items, timelines, a whole state. Names and words are invented.
import type { ConversationRow } from "../../../widget/src/core/frames";
import { emptyList, withRow } from "../../../widget/src/core/lists";
import type { ClientState, Item, List, Timeline } from "../../../widget/src/core/state";
import { agents, brigid, canned, harbor, lakeside, me, teams } from "./staff";

export { agents, me, teams };

/** The gallery's present: fixed, so that pictures of it can be compared. */
export const NOW = Date.UTC(2026, 10, 22, 14, 14, 20);
const minute = 60_000;

let made = 0;
export function row(name: string, words: string, part: Partial<ConversationRow> = {}): ConversationRow {
  made += 1;
  return {
    conversation: `c${made}`,
    version: 3,
    reference: `K7-${200 + made}`,
    status: "waiting",
    urgency: "normal",
    contact: { id: `p-${name}`, name, role: "RN", organization: lakeside },
    team: null,
    agent: null,
    channel: "panel",
    topic: "Orders",
    preview: words,
    last: { kind: "message", by: "contact" },
    created_at: NOW - 6 * minute,
    changed_at: NOW - 2 * minute,
    waiting_since: NOW - 2 * minute,
    due_at: NOW + 65_000,
    until: null,
    on: null,
    front: false,
    head: 5,
    read: 5,
    context: { module: "Orders" },
    rating: null,
    phoning: false,
    test: false,
    ...part,
  };
}

export const dana = row("Dana Okafor", "I can't sign the heparin order, it says ORD-417", {
  conversation: "dana",
  reference: "K7-204",
  due_at: NOW + 18_000,
  waiting_since: NOW - 82_000,
  team: teams[0] as (typeof teams)[0],
  head: 9,
  read: 7,
  context: { module: "Orders", screen: "sign order set", error: "ORD-417", version: "24.3", workstation: "shared" },
});
export const waitingRows: ConversationRow[] = [
  row("Amara Reyes", "Medication scanner does not read anything in ICU 3", {
    urgency: "care_blocked",
    due_at: NOW - 42_000,
    waiting_since: NOW - 222_000,
    contact: { id: "p9", name: "Amara Reyes", role: "RN", organization: brigid },
    context: { module: "MAR" },
    head: 4,
    read: 0,
  }),
  dana,
  row("Priya Venkat", "Claim 277CA rejected, payer says missing taxonomy code", {
    contact: { id: "p3", name: "Priya Venkat", role: "", organization: harbor },
    context: { module: "Claims" },
    team: teams[1] as (typeof teams)[0],
    waiting_since: NOW - 70_000,
  }),
  row("Dr. Tomás Silva", "¿Cómo cambio la firma para recetas electrónicas?", {
    contact: { id: "p4", name: "Dr. Tomás Silva", role: "MD", organization: harbor },
    context: { module: "Prescribing" },
    due_at: NOW + 91_000,
    waiting_since: NOW - 50_000,
    urgency: "high",
  }),
  row("Jo Blake", "Dashboard shows last week's census only", {
    context: { module: "Analytics" },
    due_at: NOW + 160_000,
    waiting_since: NOW - 30_000,
    test: true,
  }),
  row(
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "A name and first words so long that both have to be cut short somewhere",
    {
      contact: {
        id: "p6",
        name: "Bartholomew Featherstonehaugh-Cholmondeley",
        role: "Consultant anaesthetist",
        organization: brigid,
      },
      context: { module: "Perioperative documentation" },
      due_at: NOW + 3 * 60 * minute,
      waiting_since: NOW - 8 * minute,
    },
  ),
];

let seq = 0;
export function item(kind: string, author: Item["author"], at: number, text?: string, part: Partial<Item> = {}): Item {
  seq += 1;
  return {
    key: `${kind}-${seq}`,
    seq,
    kind,
    author,
    at: NOW - at * 1000,
    audience: kind === "note" || kind === "packet" ? "staff" : "contact",
    facts: {},
    body: text === undefined ? null : { text },
    gone: null,
    edited: false,
    delivery: null,
    failure: null,
    ...part,
  };
}
const contact = { kind: "contact", id: "p-Dana Okafor", name: "Dana Okafor" } as const;
const marco = { kind: "agent", id: "a2", name: "Marco Ruiz" } as const;
const kaja = { kind: "agent", id: "a1", name: "Kaja Lind" } as const;
const helen = { kind: "agent", id: "a4", name: "Helen Marsh" } as const;

/** Dana's conversation, with one of everything that a timeline can hold. */
export function danaItems(): Item[] {
  seq = 0;
  const first = item("message", contact, 122, "I can't sign the heparin order, it says ORD-417");
  const reply = item(
    "message",
    kaja,
    70,
    "Hi Dana, I see it. The order set was updated tonight and lost its default route.",
    { delivery: "read" },
  );
  return [
    item("message", contact, 90_000, "Good morning, the barcode printer is offline again."),
    item("started", contact, 125, undefined, { body: { context: { module: "Orders" } }, facts: { channel: "panel" } }),
    first,
    item("message", contact, 118, "", {
      body: {
        text: "",
        files: [{ id: "f1", name: "order-error.txt", mime: "text/plain", size: 31_200, width: null, height: null }],
      },
    }),
    item("claimed", marco, 110),
    item("packet", marco, 100, undefined, {
      facts: { to_team: { id: "t2", name: "Clinical" }, to_agent: null },
      body: {
        summary: "Order set 'Heparin drip' will not sign since 13:50",
        tried: "Signed out and in, second workstation, other order: signs",
        asked: "Is the order set broken by tonight's update?",
      },
    }),
    item("handed_over", marco, 99, undefined, { facts: { to_team: { id: "t2", name: "Clinical" }, to_agent: null } }),
    item("claimed", kaja, 80),
    reply,
    item(
      "message",
      kaja,
      62,
      "Could you open the order, choose the route again and sign? https://help.northwind.example/ord-417",
      { delivery: "read", edited: true },
    ),
    item("note", kaja, 50, "@Priit Tamm same as Harbor on Friday: default route missing after publishing."),
    item("note", helen, 45, "Keep the price list out of this.", { audience: "house" }),
    item("message", contact, 30, "Will it break again tonight?", { facts: { quote: reply.key } }),
    item("message", contact, 25, undefined, { gone: "deleted", body: null }),
  ];
}

export function timeline(conversation: string, items: Item[], part: Partial<Timeline> = {}): Timeline {
  return {
    conversation,
    seq: items.length,
    live: true,
    items,
    status: "active",
    reference: "K7-204",
    urgency: "normal",
    agent: { id: "a1", name: "Kaja Lind", level: 2, employer: "Northwind", country: "EE" },
    team: { id: "t2", name: "Clinical" },
    contact: dana.contact,
    context: dana.context,
    rating: null,
    askRating: false,
    until: null,
    on: null,
    cursors: { contact: { delivered: 10, read: 10 }, agent: { delivered: 13, read: 13 } },
    ownRead: 12,
    ...part,
  };
}

export const list = (name: string, rows: readonly ConversationRow[], part: Partial<List> = {}): List => ({
  name,
  rows: rows.reduce((held, each) => withRow(held, each), emptyList(name)).rows,
  more: false,
  loading: false,
  count: rows.length,
  ...part,
});

/** Rows of the agent's own, as `mine` holds them. */
export const mineRows = (): ConversationRow[] => [
  { ...dana, status: "active", agent: { id: "a1", name: "Kaja Lind" } },
  row("Sam Ortiz", "Thank you, I will try after the round", {
    status: "pending",
    agent: { id: "a1", name: "Kaja Lind" },
    until: NOW + 45 * minute,
    on: "contact",
    due_at: null,
    waiting_since: null,
    last: { kind: "message", by: "contact" },
  }),
  row("Ines Duarte", "It prints again", {
    status: "active",
    agent: { id: "a1", name: "Kaja Lind" },
    head: 8,
    read: 8,
    due_at: null,
    waiting_since: null,
    last: { kind: "message", by: "agent" },
  }),
];

/** A desk at work: five lists, one conversation open. */
export function working(part: Partial<ClientState> = {}): ClientState {
  return {
    link: "live",
    retryAt: null,
    ended: null,
    me,
    snapshot: { tenant: { id: "n", name: "Northwind" }, switches: {}, agents, teams, counts: {}, canned },
    clockSkew: 0,
    timelines: { dana: timeline("dana", danaItems()) },
    lists: { waiting: list("waiting", waitingRows), mine: list("mine", mineRows()) },
    counts: { care_blocked: 1, waiting: 7, mine: 3, promised: 5, "team:t2": 4, "team:t1": 12, "team:t3": 2, all: 31 },
    drafts: {},
    typing: {},
    viewers: { dana: [{ id: "a2", name: "Marco Ruiz" }] },
    contactAt: { dana: "here" },
    queue: {},
    agents: {},
    unread: {},
    rings: {},
    calls: {},
    ...part,
  } as ClientState;
}
