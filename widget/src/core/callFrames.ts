// The frames of a call (docs/protocol.md). Signals are relayed between participants, and kept by nobody.
import type { AgentCard, Contact } from "./frames";
import type { Surface } from "./screening";

export type Wanted = "voice" | "camera" | "screen";
export type Caller = ({ kind: "contact" } & Partial<Contact>) | ({ kind: "agent" } & Partial<AgentCard>);
export type CallPhase = "requested" | "ringing" | "connecting" | "active" | "degraded" | "ended";
export type CallPresence = "invited" | "joined" | "interrupted" | "left";

export interface Participant {
  id: string; // of this call alone: it names nobody
  kind: "contact" | "agent";
  name: string;
  level?: number;
  employer?: string;
  country?: string;
  presence: CallPresence;
  camera: boolean;
  screen: boolean;
  surface?: Surface | null; // what of their screen is shown
  voice: boolean;
}

/** With whom one has a pair to send in, where media flow through a room; what others send comes in the pairs with them. */
export const ROOM = "room";

/** Me and one other: who gives way when both offer at once, and which of our connections is the newest. */
export interface PairFrame {
  with: string;
  polite: boolean;
  generation: number;
}
export interface RingFrame {
  type: "ring";
  call: string;
  conversation: string;
  by: Caller & { name: string };
  wants: Wanted[];
  until: number;
  into?: Into; // a call that runs, and who asks one into it
}
/** Who is in the call that one is asked into, and what it is about. */
export interface Into {
  people: Pick<Participant, "kind" | "name" | "employer" | "country">[];
  reference: string;
  topic: string;
  module: string;
}
/** Where my own part is carried: in a page (the panel's or the desk's), in the call's own window, or on my phone. */
export type Carrier = "page" | "window" | "phone";
export interface CallFrame {
  type: "call";
  call: string;
  conversation: string;
  phase: CallPhase;
  version: number;
  you: string;
  off: Wanted[]; // what is switched off in it: nobody sends that
  most: number; // may be in it
  carried: Carrier | null; // null: only rung
  invited: AgentCard[]; // who is asked into it and has not answered
  participants: Participant[];
  pairs: PairFrame[];
}
export interface Description {
  type: "offer" | "answer";
  sdp: string;
}
export interface Candidate {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment?: string | null;
}
/** What one side says to the other: a description, or a few candidates. */
export interface Said {
  description?: Description;
  candidates?: Candidate[];
}
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}
export interface SignalFrame extends Said {
  type: "signal";
  id: string;
  call: string;
  from: string;
  generation: number;
  n: number;
}
export interface IceFrame {
  type: "ice";
  call: string;
  servers: IceServer[];
  ttl_s: number;
}
export interface RingOverFrame {
  type: "ring_over";
  call: string;
  conversation: string;
  why: string;
  winner?: string | null;
}
export type FromCalls =
  | RingFrame
  | RingOverFrame
  | CallFrame
  | SignalFrame
  | IceFrame
  | { type: "call_elsewhere"; call: string };

export type ToCalls =
  | { type: "call_here"; call: string; tab: string }
  | ({ type: "signal"; id: string; call: string; to: string; generation: number; n: number } & Said)
  | { type: "signal_ack"; id: string };
