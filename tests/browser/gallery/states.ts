// Every state of the panel that a person can meet, by name. Screenshots and axe go through all of them.
import type { ClientState } from "../../../widget/src/core/state";
import type { Phase } from "../../../widget/src/panel/world";
import { dana, item, katrin, katrinCard, minutesAgo, NOW, row, said, state, timeline } from "./nouns";

export interface Shown {
  state: ClientState | null;
  phase?: Phase;
  place?: "chat" | "history";
  folded?: boolean;
  closed?: boolean; // outside opening hours, as the page was written
  act?: string[]; // what is clicked once it stands, by name
  type?: string; // what is typed, and sent
  trouble?: string;
  left?: number; // seconds until help signs them out
}

const draft = (text: string): Partial<ClientState> => ({
  drafts: { one: { text, files: [], quote: null, mode: "message" } },
});
const place = (position: number, waitS: number | null, more: object = {}) => ({
  queue: { one: { position, waitS, open: true, opensAt: null, at: NOW - 20_000, ...more } },
});
const began = item("started", dana, minutesAgo(3), { facts: { opened_by: "contact" } });
const first = said(dana, minutesAgo(3), "I can't sign the heparin order, it says ORD-417", { delivery: "delivered" });
const claimed = item("claimed", katrin, minutesAgo(2.6), { facts: { agent: katrinCard } });
const talk = [
  began,
  { ...first, delivery: "read" as const },
  claimed,
  said(katrin, minutesAgo(2), "Hi Dana, I see it. The order set was updated tonight and lost its default route."),
  said(katrin, minutesAgo(1.8), "Could you open the order, choose the route again and sign? I will stay here."),
  said(dana, minutesAgo(0.4), "That worked. Will it come back tomorrow?", { delivery: "read" }),
];
const active = { status: "active" as const, agent: katrinCard };
const picture = { id: "pic", name: "screen.png", mime: "image/png", size: 182_000, width: 480, height: 300 };
const sheet = {
  id: "pdf",
  name: "order-set-release-notes-2026-11.pdf",
  mime: "application/pdf",
  size: 1_460_000,
  width: null,
  height: null,
};
const waitingLine = timeline([began, first], { status: "waiting" });
const ended = timeline([...talk, item("resolved", katrin, minutesAgo(0.2), { facts: { ask_rating: true } })], {
  status: "resolved",
  agent: katrinCard,
  askRating: true,
});
const snapshot = state().snapshot as NonNullable<ClientState["snapshot"]>;
const sending = (delivery: "sending" | "queued") =>
  timeline([...talk, said(dana, NOW, "Got it, thank you", { seq: null, delivery })], active);

export const STATES: Record<string, Shown> = {
  empty: { state: state() },
  "empty-connecting": { state: state({ link: "connecting", me: null, snapshot: null }), phase: "asking" },
  "empty-out-of-hours": {
    state: state({ snapshot: { ...snapshot, open: false, opens_at: Date.UTC(2026, 10, 24, 8) } }),
    closed: true,
  },
  "sent-along-open": { state: state(), act: ["See all"] },
  "care-blocked-asked": { state: state(), act: ["Patient care is blocked right now"] },
  waiting: { state: state(place(2, 80), waitingLine) },
  "waiting-longer": { state: state(place(1, 5, { at: NOW - 60_000 }), waitingLine) },
  "waiting-out-of-hours": {
    state: state(place(1, null, { open: false, opensAt: Date.UTC(2026, 10, 25, 8) }), waitingLine),
  },
  "care-blocked": { state: state(place(1, 20), { ...waitingLine, urgency: "care_blocked" }) },
  talk: {
    state: state(
      {
        typing: {
          one: [{ kind: "agent", id: "katrin", name: "Katrin Lindqvist", audience: "contact", until: NOW + 9e5 }],
        },
      },
      timeline(talk, active),
    ),
  },
  "still-here": { state: state({}, timeline(talk, active)), left: 42 },
  "talk-acts": { state: state({}, timeline(talk, active)), act: ["Actions for the message by You"] },
  "talk-reply": {
    state: state({}, timeline(talk, active)),
    act: ["Actions for the message by Katrin Lindqvist", "Reply"],
  },
  "talk-edit": { state: state({}, timeline(talk, active)), act: ["Actions for the message by You", "Edit"] },
  "talk-deleting": { state: state({}, timeline(talk, active)), act: ["Actions for the message by You", "Delete"] },
  "talk-gone": {
    state: state(
      {},
      timeline(
        [
          ...talk.slice(0, 4),
          { ...said(dana, minutesAgo(1), ""), body: null, gone: "deleted" },
          { ...said(katrin, minutesAgo(0.5), ""), body: null, gone: "redacted" },
          said(katrin, NOW, "Corrected: tonight at 22:00.", { edited: true }),
        ],
        active,
      ),
    ),
  },
  "talk-quote-and-links": {
    state: state(
      {},
      timeline(
        [
          ...talk,
          said(
            katrin,
            NOW,
            "No. See https://status.northwind.example/orders?release=24.3 and never https://аррӏе.com/login for it.",
            { facts: { quote: talk[5]?.key } },
          ),
        ],
        active,
      ),
    ),
  },
  "talk-files": {
    state: state(
      {},
      timeline(
        [
          ...talk,
          said(dana, NOW, "This is what I see", { files: [picture], delivery: "sent" }),
          said(katrin, NOW, "", { files: [sheet] }),
        ],
        active,
      ),
    ),
  },
  "talk-sending": { state: state({}, sending("sending")) },
  "talk-offline": { state: state({ link: "retrying" }, sending("queued")) },
  "talk-failed": {
    state: state(
      {},
      timeline(
        [
          ...talk,
          said(dana, NOW, "Thank you", {
            seq: null,
            delivery: "failed",
            failure: { code: "too_fast", message: "Too many messages at once.", retry: true },
          }),
        ],
        active,
      ),
    ),
  },
  "talk-long": {
    state: state(
      {},
      timeline(
        [
          ...talk,
          said(katrin, NOW, "A very long line without any spaces: ".repeat(3) + "x".repeat(120)),
          said(dana, NOW, "One\nTwo\nThree\n\nFive", { delivery: "sent" }),
        ],
        active,
      ),
    ),
  },
  "talk-days": {
    state: state(
      {},
      timeline(
        [
          said(dana, minutesAgo(60 * 30), "It printed twice"),
          said(katrin, minutesAgo(60 * 29), "Which printer was it?"),
          ...talk,
        ],
        active,
      ),
    ),
  },
  "handed-over": {
    state: state(
      place(1, 40),
      timeline(
        [
          ...talk,
          item("handed_over", katrin, NOW, {
            facts: { to_team: { id: "l3", name: "Orders specialists" }, to_agent: null },
          }),
        ],
        { status: "waiting" },
      ),
    ),
  },
  pending: {
    state: state(
      {},
      timeline([...talk, item("waiting", katrin, NOW, { facts: { on: "third_party", until: NOW + 7_200_000 } })], {
        ...active,
        status: "pending",
      }),
    ),
  },
  draft: {
    state: state(
      draft("One line\nanother line\nand a third one that is rather long, so that it wraps in the composer"),
      timeline(talk, active),
    ),
  },
  "care-warning": { state: state({}, timeline(talk, active)), type: "Her card is 4111 1111 1111 1111" },
  emoji: { state: state({}, timeline(talk, active)), act: ["Emoji"] },
  menu: { state: state({}, timeline(talk, active)), act: ["More"] },
  ended: { state: state({}, ended), act: [] },
  "ended-rated": { state: state({}, { ...ended, rating: { score: 5, back_to_work: true } }) },
  history: {
    state: state({
      snapshot: {
        ...snapshot,
        conversations: [
          row("a", { status: "waiting", changed_at: minutesAgo(1) }),
          row("b"),
          row("c", {
            reference: "M2-981",
            preview: "El informe no se imprime en la planta 4",
            changed_at: minutesAgo(60 * 50),
          }),
        ],
      },
    }),
    place: "history",
  },
  "history-empty": { state: state(), place: "history" },
  incident: {
    state: state({
      snapshot: {
        ...snapshot,
        incidents: [{ id: "i", text: "E-prescribing is slow since 02:40.", next_update_at: NOW + 1_800_000 }],
      },
    }),
  },
  trouble: {
    state: state({}, timeline(talk, active)),
    trouble: "We could not make the transcript just now. Please try again.",
  },
  "chat-off": { state: state({ snapshot: { ...snapshot, switches: { chat: false } } }) },
  stranger: { state: null, phase: "stranger" },
  unconfirmed: { state: null, phase: "unconfirmed", closed: true },
  "signed-out": { state: null, phase: "over" },
  folded: { state: state({}, timeline(talk, active)), folded: true },
};
