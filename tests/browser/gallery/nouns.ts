// Builders for the nouns of the panel's gallery: everything has a sensible value, and a state says what is special.
import type { Author, Body, ConversationRow, FileRef } from "../../../widget/src/core/frames";
import type { ClientState, Item, Timeline } from "../../../widget/src/core/state";

/** Three in the morning, a Tuesday. */
export const NOW = Date.UTC(2026, 10, 24, 3, 15, 20);
export const minutesAgo = (minutes: number): number => NOW - minutes * 60_000;

export const dana: Author = { kind: "contact", id: "dana", name: "Dana Ortiz" };
export const katrin: Author = { kind: "agent", id: "katrin", name: "Katrin Lindqvist" };
export const katrinCard = { id: "katrin", name: "Katrin Lindqvist", level: 2, employer: "Northwind", country: "IE" };
export const context = {
  module: "Orders",
  screen: "order-entry",
  version: "24.3",
  error: "ORD-417",
  correlation: "b7f2-41c9",
};

let made = 0;
export function item(kind: string, author: Author, at: number, more: Partial<Item> = {}): Item {
  made += 1;
  const base = {
    key: `item:${made}`,
    seq: made,
    kind,
    author,
    at,
    audience: "contact" as const,
    facts: {},
    body: null,
  };
  return { ...base, gone: null, edited: false, delivery: null, failure: null, ...more };
}

export const said = (
  author: Author,
  at: number,
  text: string,
  more: Partial<Item> & { files?: FileRef[] } = {},
): Item => {
  const { files, ...rest } = more;
  const body: Body = files ? { text, files } : { text };
  return item("message", author, at, { body, ...rest });
};

export function timeline(items: Item[], more: Partial<Timeline> = {}): Timeline {
  const nobody = { delivered: 0, read: 0 };
  return {
    conversation: "one",
    seq: items.reduce((most, each) => Math.max(most, each.seq ?? 0), 0),
    live: true,
    items,
    status: "active",
    reference: "K7-204",
    urgency: "normal",
    agent: null,
    team: null,
    contact: null,
    context,
    rating: null,
    askRating: false,
    until: null,
    on: null,
    cursors: { contact: nobody, agent: nobody },
    ownRead: 0,
    ...more,
  };
}

export function row(conversation: string, more: Partial<ConversationRow> = {}): ConversationRow {
  return {
    conversation,
    version: 1,
    reference: "K7-204",
    status: "resolved",
    urgency: "normal",
    contact: { id: "dana", name: "Dana Ortiz", role: "Nurse", organization: { id: "st-anne", name: "St Anne" } },
    agent: { id: "katrin", name: "Katrin Lindqvist" },
    channel: "panel",
    topic: "Orders",
    preview: "I can't sign the heparin order, it says ORD-417",
    last: { kind: "message", by: "agent" },
    created_at: minutesAgo(90),
    changed_at: minutesAgo(42),
    waiting_since: null,
    until: null,
    on: null,
    front: false,
    head: 5,
    read: 5,
    context,
    rating: 5,
    phoning: false,
    test: false,
    ...more,
  };
}

export function state(more: Partial<ClientState> = {}, one?: Timeline): ClientState {
  return {
    link: "live",
    retryAt: null,
    ended: null,
    me: {
      kind: "contact",
      id: "dana",
      name: "Dana Ortiz",
      role: "Nurse",
      organization: { id: "st-anne", name: "St Anne" },
      locale: "en",
      tz: "UTC",
      audience: "contact",
    },
    snapshot: {
      tenant: { id: "northwind", name: "Northwind Support", phone: "+1 555 0100" },
      open: true,
      opens_at: null,
      answers_in_s: 40,
      incidents: [],
      faces: [{ name: "Dele Okafor" }, { name: "Mara Ruiz" }, { name: "Katrin Lindqvist" }],
      switches: { launcher: true, chat: true, files: true, transcript: true },
      conversations: [],
    },
    limits: null,
    agentHere: { one: true },
    clockSkew: 0,
    timelines: one ? { one } : {},
    lists: {},
    counts: {},
    drafts: {},
    typing: {},
    viewers: {},
    contactAt: {},
    queue: {},
    agents: {},
    unread: {},
    rings: {},
    calls: {},
    ...more,
  };
}
