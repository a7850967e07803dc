// What a client knows, as one plain value: written by core/, only read by components.
import type { CallFrame, RingFrame } from "./callFrames";
import type { Author, Body, ConversationRow, Limits, Me, Snapshot } from "./frames";

/** A delivery state of one's own message; "failed" carries a reason and waits for the person. */
export type Delivery = "queued" | "sending" | "sent" | "delivered" | "read" | "failed";

/** One line of a timeline as a person sees it: a message or note with its edits folded in, or a fact. */
export interface Item {
  key: string; // the key of what was written, or "seq:<n>" for a fact without words
  seq: number | null; // null until acknowledged
  kind: string; // event kind of docs/protocol.md
  author: Author;
  at: number;
  audience: "contact" | "staff" | "house";
  facts: Record<string, unknown>;
  body: Body | null;
  gone: "deleted" | "redacted" | null;
  edited: boolean;
  delivery: Delivery | null; // own messages only
  failure: { code: string; message: string; retry: boolean } | null;
}

export interface Timeline {
  conversation: string;
  seq: number; // last number applied without a gap
  live: boolean;
  items: Item[];
  status: "new" | "waiting" | "active" | "pending" | "resolved";
  reference: string | null;
  urgency: "normal" | "high" | "care_blocked";
  agent: { id: string; name: string; level: number; employer: string; country: string } | null;
  team: { id: string; name: string } | null;
  contact: { id: string; name: string; role: string; organization: { id: string; name: string } } | null;
  context: Record<string, string>;
  rating: { score: number | null; back_to_work: boolean | null } | null;
  askRating: boolean;
  until: number | null;
  on: "contact" | "third_party" | null;
  cursors: { contact: { delivered: number; read: number }; agent: { delivered: number; read: number } };
  ownRead: number; // last number this person has read
}

export interface List {
  name: string;
  rows: ConversationRow[];
  more: boolean;
  loading: boolean;
  count: number | null;
}

export interface TypingPerson {
  kind: "contact" | "agent";
  id: string;
  name: string;
  audience: string;
  until: number;
}

/** What a person is writing and has not sent. */
export interface Draft {
  text: string;
  files: string[]; // ids of what is stored already
  names?: string[]; // their names, in the same order
  quote: string | null;
  mode: "message" | "note";
  audience?: "staff" | "house"; // whom a note is for: whoever chose it must find it chosen
}

/** The state of the link, in words a component can show. */
export type LinkPhase = "offline" | "connecting" | "live" | "resting" | "retrying" | "ended";

export interface ClientState {
  link: LinkPhase;
  retryAt: number | null;
  ended: string | null; // bye code when the link has ended for good
  me: Me | null;
  snapshot: Snapshot | null;
  limits: Limits | null;
  clockSkew: number; // server minus device, ms
  timelines: Record<string, Timeline>;
  lists: Record<string, List>;
  counts: Record<string, number>;
  drafts: Record<string, Draft>;
  typing: Record<string, TypingPerson[]>;
  viewers: Record<string, { id: string; name: string }[]>;
  contactAt: Record<string, "here" | "away" | "left">; // left: their log-in ended
  agentHere: Record<string, boolean>; // what a contact knows of the agent
  queue: Record<string, { position: number; waitS: number | null; open: boolean; opensAt: number | null; at: number }>;
  agents: Record<string, string>; // agent id → state
  unread: Record<string, number>;
  rings: Record<string, RingFrame>; // calls that wait for this person's answer
  calls: Record<string, CallFrame>; // calls that this person takes part in
}

export const emptyState = (): ClientState => ({
  link: "offline",
  retryAt: null,
  ended: null,
  me: null,
  snapshot: null,
  limits: null,
  clockSkew: 0,
  timelines: {},
  lists: {},
  counts: {},
  drafts: {},
  typing: {},
  viewers: {},
  contactAt: {},
  agentHere: {},
  queue: {},
  agents: {},
  unread: {},
  rings: {},
  calls: {},
});
