// One conversation as header, composer and right column see it: the timeline's word, and the list row's until it is there.
import type { ConversationRow } from "../../core/frames";
import type { ClientState, Timeline } from "../../core/state";
import type { View } from "./view";

export interface Talk {
  conversation: string;
  reference: string;
  status: Timeline["status"];
  urgency: ConversationRow["urgency"];
  contact: ConversationRow["contact"] | null;
  agent: { id: string; name: string; level?: number; employer?: string; country?: string } | null;
  team: { id: string; name: string } | null;
  topic: string;
  context: Record<string, string>;
  external: Record<string, string>;
  createdAt: number | null;
  rating: number | null;
  until: number | null;
  mine: boolean;
  /** Whether a list that one follows holds its row: only then is its deadline known to be the present one. */
  followed: boolean;
  test: boolean;
  row: ConversationRow | null;
}

/** The newest row that any list holds of a conversation. */
export function rowOf(state: ClientState, conversation: string): ConversationRow | null {
  let newest: ConversationRow | null = null;
  for (const list of Object.values(state.lists)) {
    const row = list.rows.find((each) => each.conversation === conversation);
    if (row && (!newest || row.version > newest.version)) newest = row;
  }
  return newest;
}

/** The chosen conversation, or null if none is chosen or nothing is known of it yet. */
export function talkOf(state: ClientState, view: Pick<View, "chosen" | "row">): Talk | null {
  const conversation = view.chosen;
  if (conversation === null) return null;
  const line = state.timelines[conversation];
  const listed = rowOf(state, conversation);
  const row = listed ?? (view.row?.conversation === conversation ? view.row : null);
  const known = line && line.status !== "new" ? fromTimeline(line) : null;
  if (!known && !row) return null;
  const talk = { ...blank, ...(row && fromRow(row)), ...known, conversation, followed: listed !== null };
  const agent = talk.agent && withCard(state, talk.agent);
  return { ...talk, agent, mine: agent !== null && agent.id === state.me?.id };
}

const blank: Talk = {
  conversation: "",
  reference: "",
  status: "waiting",
  urgency: "normal",
  contact: null,
  agent: null,
  team: null,
  topic: "",
  context: {},
  external: {},
  createdAt: null,
  rating: null,
  until: null,
  mine: false,
  followed: false,
  test: false,
  row: null,
};

/** What the timeline says; where it does not know, the row's word stands. Who works on it, it always knows. */
function fromTimeline(line: Timeline): Partial<Talk> {
  const first = line.items[0];
  return {
    status: line.status,
    urgency: line.urgency,
    agent: line.agent,
    until: line.until,
    ...(line.reference ? { reference: line.reference } : {}),
    ...(line.contact ? { contact: line.contact } : {}),
    ...(line.team ? { team: line.team } : {}),
    ...(line.rating?.score ? { rating: line.rating.score } : {}),
    ...(Object.keys(line.context).length > 0 ? { context: line.context } : {}),
    ...(first ? { createdAt: first.at } : {}),
    ...(first?.facts.external ? { external: first.facts.external as Talk["external"] } : {}),
  };
}

const fromRow = (row: ConversationRow): Partial<Talk> => ({
  reference: row.reference,
  status: row.status,
  urgency: row.urgency,
  contact: row.contact,
  agent: row.agent,
  team: row.team ?? null,
  topic: row.topic,
  context: row.context,
  external: row.external ?? {},
  createdAt: row.created_at,
  rating: row.rating,
  until: row.until,
  test: row.test,
  row,
});

function withCard(state: ClientState, agent: NonNullable<Talk["agent"]>): Talk["agent"] {
  return state.snapshot?.agents?.find(({ id }) => id === agent.id) ?? agent;
}

/** How many conversations this agent carries now, of how many they can. */
export function loadOf(state: ClientState): { carried: number; capacity: number } {
  const mine = state.lists.mine;
  const open = mine?.rows.filter((row) => row.status !== "resolved").length ?? 0;
  const capacity = state.me?.kind === "agent" ? state.me.capacity : 0;
  return { carried: Math.max(open, mine?.more ? (state.counts.mine ?? 0) : 0), capacity };
}

/** Whether this agent may do what only an owner or a supervisor may. */
export function mayLead(state: ClientState, talk: Talk): boolean {
  return talk.mine || (state.me?.kind === "agent" && state.me.role !== "agent");
}
