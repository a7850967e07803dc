// The frames of docs/protocol.md. One discriminated union each way.
import type { FromCalls, ToCalls } from "./callFrames";

export interface Author {
  kind: "contact" | "agent" | "system";
  id: string | null;
  name: string;
}
export interface FileRef {
  id: string;
  name: string;
  mime: string;
  size: number;
  width: number | null;
  height: number | null;
}
export interface Body {
  text?: string;
  files?: FileRef[];
  context?: Record<string, string>;
  summary?: string;
  tried?: string;
  asked?: string;
  why?: string;
  comment?: string;
  number?: string;
}
export interface Organization {
  id: string;
  name: string;
}
export interface Contact {
  id: string;
  name: string;
  role: string;
  organization: Organization;
}
export interface AgentCard {
  id: string;
  name: string;
  level: number;
  employer: string;
  country: string;
}
export interface Team {
  id: string;
  name: string;
  level: number;
}
export type Urgency = "normal" | "high" | "care_blocked";
export type Audience = "contact" | "staff" | "house";

export interface MeContact extends Contact {
  kind: "contact";
  locale: string;
  tz: string;
  audience: "contact";
  mailed?: boolean; // an answer that they do not read is announced by mail
}
export interface MeAgent {
  kind: "agent";
  id: string;
  name: string;
  level: number;
  role: "agent" | "supervisor" | "admin";
  employer: string;
  in_house: boolean;
  country: string;
  languages: string[];
  teams: string[];
  capacity: number;
  state: string;
  locale: string;
  tz: string;
  audience: "staff" | "house";
}
export type Me = MeContact | MeAgent;

export interface Incident {
  id: string;
  text: string;
  next_update_at: number | null;
}
export interface Settings {
  switches: Record<string, boolean>;
  modules?: Record<string, Record<string, boolean>>; // where a module has others, by its name in small letters
  incidents?: Incident[];
  open?: boolean;
  opens_at?: number | null;
  idle_minutes?: number;
  screen_share?: "tab" | "ask" | "any"; // what of a screen a contact may show
  screen_window?: boolean; // and whether from the call's own window
  answers_in_s?: number | null;
}
export interface Snapshot extends Settings {
  tenant: { id: string; name: string; phone?: string; accent?: string | null };
  faces?: { name: string }[];
  conversations?: ConversationRow[];
  agents?: {
    id: string;
    name: string;
    level: number;
    employer: string;
    country: string;
    state: string;
    teams: string[];
  }[];
  teams?: Team[];
  counts?: Record<string, number>;
  canned?: { id: string; title: string; shortcut: string; text: string }[];
}
export interface ConversationRow {
  conversation: string;
  version: number;
  reference: string;
  status: "waiting" | "active" | "pending" | "resolved";
  urgency: Urgency;
  contact: Contact;
  team?: Team | null;
  agent: { id: string; name: string } | null;
  channel: string;
  topic: string;
  preview: string | null;
  last: { kind: string; by: string };
  created_at: number;
  changed_at: number;
  waiting_since: number | null;
  due_at?: number | null;
  until: number | null;
  on: "contact" | "third_party" | null;
  front: boolean;
  head: number;
  read: number;
  context: Record<string, string>;
  rating: number | null;
  phoning: boolean; // somebody waits to be phoned
  test: boolean;
  external?: Record<string, string>; // to agents: references to other systems
}
export interface Limits {
  frame: number;
  text: number;
  files: number;
  file_bytes: number;
  edit_ms: number;
}

export interface EventFrame {
  type: "event";
  conversation: string;
  seq: number;
  kind: string;
  key: string | null;
  at: number;
  author: Author;
  audience: Audience;
  facts: Record<string, unknown>;
  body: Body | null;
  gone: null | "edited" | "deleted" | "redacted"; // edited: replaced by a later event, which says by what
}
export type ServerFrame =
  | {
      type: "welcome";
      connection: string;
      epoch: string;
      heartbeat: number;
      now: number;
      expires_in: number;
      vault: string;
      limits: Limits;
      you: Me;
      snapshot: Snapshot;
    }
  | { type: "renewed"; expires_in: number }
  | {
      type: "ok";
      key: string;
      conversation: string | null;
      seq: number | null;
      at: number;
      duplicate: boolean;
      result: Record<string, unknown> | null;
    }
  | {
      type: "no";
      key: string;
      code: string;
      message: string;
      retry: boolean;
      after_ms: number | null;
      detail: Record<string, unknown> | null;
    }
  | EventFrame
  | FromCalls
  | { type: "live"; conversation: string; seq: number }
  | { type: "page"; conversation: string; after: number; through: number; head: number }
  | { type: "resync"; topic: string; why: string }
  | ({ type: "row"; list: string } & ConversationRow)
  | { type: "listed"; list: string; more: boolean; next: string | null; count: number | null }
  | { type: "gone"; list: string; conversation: string }
  | { type: "counts"; counts: Record<string, number> }
  | { type: "cursor"; conversation: string; reader: "contact" | "agent"; delivered: number; read: number }
  | {
      type: "typing";
      conversation: string;
      audience: string;
      on: boolean;
      who: { kind: "contact" | "agent"; id: string; name: string };
    }
  | {
      type: "presence";
      conversation?: string;
      viewers?: { id: string; name: string }[];
      contact?: "here" | "away" | "left";
      agent?: "here" | "away";
      agents?: Record<string, string>;
    }
  | { type: "mentioned"; conversation: string; reference: string; seq: number }
  | {
      type: "queue";
      conversation: string;
      position: number;
      wait_s: number | null;
      open: boolean;
      opens_at: number | null;
    }
  | ({ type: "settings" } & Settings)
  | { type: "heads"; at: number; now: number; heads: Record<string, number> }
  | { type: "slow" }
  | { type: "drain"; within_ms: number }
  | { type: "bye"; code: string; reconnect: "now" | "later" | "never"; after_ms: number | null };

export interface SendBody {
  text: string;
  files?: string[];
  quote?: string | null;
  mentions?: string[];
}
export type CommandFrame =
  | {
      type: "send";
      key: string;
      conversation: string;
      kind: "message" | "note";
      body: SendBody;
      audience?: "staff" | "house";
    }
  | ({ type: "act"; key: string; conversation: string | null; verb: string } & Record<string, unknown>);
export type ClientFrame =
  | CommandFrame
  | ToCalls
  | {
      type: "hello";
      version: 1;
      token: string;
      device: string;
      tab: string;
      epoch: string | null;
      cursors: Record<string, number>;
      caps: string[];
    }
  | { type: "renew"; token: string }
  | { type: "subscribe"; topic: string; after?: number; limit?: number; before?: string | null }
  | { type: "unsubscribe"; topic: string }
  | { type: "get"; conversation: string; after: number; limit: number }
  | { type: "ack"; conversation: string; seq: number }
  | { type: "read"; conversation: string; seq: number }
  | { type: "typing"; conversation: string; audience: Audience; on: boolean }
  | { type: "ping"; at: number };
