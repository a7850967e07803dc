// Builders for the nouns that the desk's pure pieces read.
import type { ConversationRow } from "../../widget/src/core/frames";
import { type ClientState, emptyState, type Item } from "../../widget/src/core/state";

export const T = Date.UTC(2026, 10, 22, 14, 0, 0);

export function row(conversation: string, part: Partial<ConversationRow> = {}): ConversationRow {
  return {
    conversation,
    version: 1,
    reference: `K7-${conversation}`,
    status: "waiting",
    urgency: "normal",
    contact: { id: "p", name: "Dana Okafor", role: "RN", organization: { id: "o", name: "Lakeside" } },
    team: null,
    agent: null,
    channel: "panel",
    topic: "",
    preview: null,
    last: { kind: "message", by: "contact" },
    created_at: T,
    changed_at: T,
    waiting_since: T,
    due_at: null,
    until: null,
    on: null,
    front: false,
    head: 1,
    read: 0,
    context: {},
    rating: null,
    phoning: false,
    test: false,
    ...part,
  };
}

let made = 0;
export function item(kind: string, part: Partial<Item> = {}): Item {
  made += 1;
  return {
    key: `i${made}`,
    seq: made,
    kind,
    author: { kind: "contact", id: "p", name: "Dana Okafor" },
    at: T,
    audience: "contact",
    facts: {},
    body: null,
    gone: null,
    edited: false,
    delivery: null,
    failure: null,
    ...part,
  };
}

export const state = (part: Partial<ClientState> = {}): ClientState => ({ ...emptyState(), ...part });
