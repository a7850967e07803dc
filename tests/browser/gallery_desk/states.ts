// Every state of the desk that somebody can meet, by name. Pictures, axe and the keyboard walk go through them all.
import type { ClientState, Item } from "../../../widget/src/core/state";
import type { View } from "../../../widget/src/desk/model/view";
import { dana, danaItems, item, list, me, NOW, row, timeline, waitingRows, working } from "./nouns";

export interface Shown {
  state: ClientState;
  view?: Partial<View>;
  refuse?: { code: string; message: string; detail: unknown };
  type?: string; // typed into the composer once drawn
}

const open: Partial<View> = { chosen: "dana", row: dana, place: 1, list: "waiting" };
const kaja = { kind: "agent", id: "a1", name: "Kaja Lind" } as const;
const contact = { kind: "contact", id: "p1", name: "Dana Okafor" } as const;
const ownState = (part: Partial<Item>): Item[] => [
  ...danaItems(),
  item("message", kaja, 3, "It will not: we are restoring the default now.", part),
];

function many(): Item[] {
  const items: Item[] = [];
  for (let index = 0; index < 500; index += 1) {
    const own = index % 5 > 2;
    items.push(
      item(
        "message",
        own ? kaja : contact,
        (500 - index) * 97,
        `Line ${index + 1}: the order is ${own ? "restored" : "not signed"}.`,
      ),
    );
  }
  return items.map((each, index) => ({ ...each, seq: index + 1, key: `m${index}` }));
}

const draft = (text: string, mode: "message" | "note") => ({ text, files: [], quote: null, mode });

export const states: Record<string, () => Shown> = {
  starting: () => ({ state: working({ me: null, snapshot: null, link: "connecting", lists: {}, timelines: {} }) }),
  loading: () => ({ state: working({ lists: { waiting: list("waiting", [], { loading: true, count: null }) } }) }),
  empty: () => ({
    state: working({
      lists: { waiting: list("waiting", []), mine: list("mine", []) },
      counts: { waiting: 0, mine: 0 },
    }),
  }),
  choosing: () => ({ state: working() }),
  talking: () => ({
    state: working({
      drafts: {
        dana: draft(
          "It will not: we are restoring the default now, and I will tell you here when it is done.",
          "message",
        ),
      },
      typing: { dana: [{ kind: "contact", id: "p1", name: "Dana Okafor", audience: "contact", until: NOW + 1e9 }] },
    }),
    view: open,
  }),
  waiting_unclaimed: () => ({
    state: working({
      timelines: { dana: timeline("dana", danaItems().slice(0, 4), { agent: null, status: "waiting" }) },
    }),
    view: open,
  }),
  claim_lost: () => ({
    state: working({
      timelines: { dana: timeline("dana", danaItems().slice(0, 5), { agent: null, status: "waiting" }) },
    }),
    view: open,
    refuse: { code: "already_claimed", message: "", detail: { winner: "Marco Ruiz" } },
  }),
  note: () => ({
    state: working({
      drafts: { "dana:note": draft("@Priit Tamm can you look at the publishing job?", "note") },
      typing: { dana: [{ kind: "agent", id: "a2", name: "Marco Ruiz", audience: "staff", until: NOW + 1e9 }] },
    }),
    view: { ...open, modes: { dana: "note" } },
  }),
  both_drafts: () => ({
    state: working({
      drafts: { dana: draft("Almost there…", "message"), "dana:note": draft("Ask Priit first", "note") },
    }),
    view: { ...open, modes: { dana: "message" } },
  }),
  canned: () => ({ state: working(), view: open, type: "/" }),
  mention: () => ({ state: working(), view: { ...open, modes: { dana: "note" } }, type: "@p" }),
  failed: () => ({
    state: working({
      timelines: {
        dana: timeline(
          "dana",
          ownState({
            seq: null,
            delivery: "failed",
            failure: { code: "too_fast", message: "Too many messages in a short time.", retry: true },
          }),
        ),
      },
    }),
    view: open,
  }),
  two_mine: () => ({
    state: working({
      lists: {
        waiting: list("waiting", []),
        mine: list("mine", [dana, { ...row("Nurse Elsewhere", "Thank you"), conversation: "other" }]),
      },
    }),
    view: open,
  }),
  own_fresh: () => ({
    state: working({ timelines: { dana: timeline("dana", ownState({ at: NOW - 10_000 })) } }),
    view: open,
  }),
  queued: () => ({
    state: working({
      link: "retrying",
      retryAt: NOW + 8000,
      timelines: { dana: timeline("dana", ownState({ seq: null, delivery: "queued" })) },
    }),
    view: open,
  }),
  offline: () => ({ state: working({ link: "offline" }), view: open }),
  others: () => ({
    state: working({
      timelines: {
        dana: timeline("dana", danaItems(), {
          agent: { id: "a4", name: "Helen Marsh", level: 4, employer: "Northwind", country: "IE" },
        }),
      },
    }),
    view: open,
  }),
  supervisor: () => ({ state: working({ me: { ...me, role: "supervisor" } }), view: open }),
  pending: () => ({
    state: working({
      timelines: {
        dana: timeline(
          "dana",
          [
            ...danaItems(),
            item("waiting", kaja, 20, undefined, { facts: { on: "third_party", until: NOW + 1_800_000 } }),
            item("waiting_why", kaja, 20, undefined, { body: { why: "Priit restores the order set" } }),
          ],
          { status: "pending", until: NOW + 1_800_000, on: "third_party" },
        ),
      },
    }),
    view: open,
  }),
  resolved: () => ({
    state: working({
      timelines: {
        dana: timeline(
          "dana",
          [
            ...danaItems(),
            item("resolved", kaja, 12),
            item("rated", contact, 5, undefined, {
              facts: { score: 5, back_to_work: true },
              body: { comment: "Quick, thank you" },
            }),
          ],
          { status: "resolved", rating: { score: 5, back_to_work: true } },
        ),
      },
    }),
    view: open,
  }),
  blocked: () => ({
    state: working({ timelines: { dana: timeline("dana", danaItems(), { urgency: "care_blocked" }) } }),
    view: open,
  }),
  hand_off: () => ({ state: working(), view: { ...open, dialog: { kind: "hand_off" } } }),
  wait: () => ({ state: working(), view: { ...open, dialog: { kind: "wait" } } }),
  redact: () => ({
    state: working({ me: { ...me, role: "supervisor" } }),
    view: { ...open, dialog: { kind: "redact", target: "message-3", what: "message" } },
  }),
  open_for: () => ({ state: working(), view: { ...open, dialog: { kind: "open" } } }),
  keys: () => ({ state: working(), view: { ...open, dialog: { kind: "keys" } } }),
  bar: () => ({ state: working(), view: { ...open, bar: "commands" } }),
  details: () => ({ state: working(), view: { ...open, details: true } }),
  lists: () => ({ state: working(), view: { lists: true } }),
  notices: () => ({
    state: working(),
    view: {
      ...open,
      notices: [
        { id: "n1", text: "Message deleted.", bad: false, undo: () => undefined },
        { id: "n2", text: "Marco Ruiz was quicker and has claimed it.", bad: true, undo: null },
      ],
    },
  }),
  fetching: () => ({ state: working({ timelines: {} }), view: open }),
  many: () => ({
    state: working({
      timelines: { dana: timeline("dana", many(), { ownRead: 500 }) },
      lists: {
        waiting: list(
          "waiting",
          [
            ...waitingRows,
            ...Array.from({ length: 60 }, (_, index) =>
              row(`Nurse ${index}`, `Request number ${index}`, { due_at: NOW + 200_000 + index * 1000 }),
            ),
          ],
          { more: true, count: 240 },
        ),
        mine: list("mine", []),
      },
    }),
    view: open,
  }),
  ended: () => ({
    state: working({ link: "ended", ended: "ended", me: null, snapshot: null, timelines: {}, lists: {} }),
  }),
};
