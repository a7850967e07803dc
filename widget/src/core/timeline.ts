// A conversation as its events make it: `reduce` is pure, and only the next number changes anything.
import type { AgentCard, Author, Contact, EventFrame, Team } from "./frames";
import type { Item, Timeline } from "./state";

export function emptyTimeline(conversation: string): Timeline {
  return {
    conversation,
    seq: 0,
    live: false,
    items: [],
    status: "new",
    reference: null,
    urgency: "normal",
    agent: null,
    team: null,
    contact: null,
    context: {},
    rating: null,
    askRating: false,
    until: null,
    on: null,
    cursors: { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } },
    ownRead: 0,
  };
}

/** Return the timeline after `event`; an event that is not the next one leaves it as it is. */
export function reduce(timeline: Timeline, event: EventFrame): Timeline {
  if (event.seq !== timeline.seq + 1) return timeline;
  const change = changes[event.kind] ?? withFact;
  return { ...change(timeline, event), seq: event.seq };
}

/** Two people may have made the same key: only the same author's is the same message. */
export const sameAuthor = (one: Author, other: Author): boolean => one.kind === other.kind && one.id === other.id;

type Change = (timeline: Timeline, event: EventFrame) => Timeline;

const changes: Record<string, Change> = {
  started: (timeline, event) => ({
    ...withFact(timeline, event),
    status: "waiting",
    reference: fact<string>(event, "reference"),
    urgency: fact<Timeline["urgency"]>(event, "urgency") ?? "normal",
    team: fact<Team>(event, "team"),
    contact: fact<Contact>(event, "contact"),
    context: event.body?.context ?? {},
  }),
  message: withWord,
  call_requested: withWord,
  phone_asked: (timeline, event) => withWord(event.facts.changed ? withoutNumber(timeline) : timeline, event),
  phone_withdrawn: (timeline, event) => withFact(withoutNumber(timeline), event),
  note: withFact,
  edited: (timeline, event) =>
    withTarget(timeline, event, (item) =>
      item.gone || !event.body ? { ...item, edited: true } : { ...item, edited: true, body: event.body },
    ),
  deleted: (timeline, event) => withTarget(timeline, event, (item) => emptied(item, "deleted")),
  redacted: (timeline, event) => {
    const left = withTarget(timeline, event, (item) => emptied(item, "redacted"), true);
    const beginning = left.items.find((item) => item.kind === "started");
    return beginning?.gone ? { ...left, context: {} } : left;
  },
  claimed: (timeline, event) => ({
    ...withFact(timeline, event),
    ...notPending,
    status: "active",
    agent: fact<AgentCard>(event, "agent"),
  }),
  released: toQueue,
  returned: toQueue,
  handed_over: (timeline, event) => {
    const agent = fact<AgentCard>(event, "to_agent");
    return {
      ...withFact(timeline, event),
      ...notPending,
      agent,
      team: fact<Team>(event, "to_team") ?? timeline.team,
      status: agent ? "active" : "waiting",
    };
  },
  waiting: (timeline, event) => ({
    ...withFact(timeline, event),
    status: "pending",
    on: fact<Timeline["on"]>(event, "on"),
    until: fact<number>(event, "until"),
  }),
  woken: (timeline, event) => toWork(withFact(timeline, event)),
  urgency: (timeline, event) => ({
    ...withFact(timeline, event),
    urgency: fact<Timeline["urgency"]>(event, "urgency") ?? timeline.urgency,
  }),
  resolved: (timeline, event) => ({
    ...withFact(timeline, event),
    ...notPending,
    status: "resolved",
    rating: null,
    askRating: fact<boolean>(event, "ask_rating") ?? false,
  }),
  reopened: (timeline, event) => ({ ...toQueue(timeline, event), askRating: false }),
  rated: (timeline, event) => ({
    ...withFact(timeline, event),
    askRating: false,
    rating: { score: fact<number>(event, "score"), back_to_work: fact<boolean>(event, "back_to_work") },
  }),
};

const notPending = { on: null, until: null } as const;

function toQueue(timeline: Timeline, event: EventFrame): Timeline {
  return { ...withFact(timeline, event), ...notPending, status: "waiting", agent: null };
}

const toWork = (timeline: Timeline): Timeline => ({
  ...timeline,
  ...notPending,
  status: timeline.agent ? "active" : "waiting",
});

/** Read one fact; the wire's word for its shape is taken, absence is null. */
const fact = <T>(event: EventFrame, name: string): T | null => (event.facts[name] as T | undefined) ?? null;

function itemOf(event: EventFrame, key: string): Item {
  const { seq, kind, author, at, audience, facts } = event;
  const gone = event.gone === "edited" ? null : event.gone; // its edit comes, and has the words
  const body = event.gone ? null : event.body;
  return { key, seq, kind, author, at, audience, facts, body, gone, edited: false, delivery: null, failure: null };
}

/** Add what happened under its key, if it has one; under its number where somebody else took the key first. */
function withFact(timeline: Timeline, event: EventFrame): Timeline {
  const taken = event.key === null || timeline.items.some((item) => item.key === event.key);
  const item = itemOf(event, taken ? `seq:${event.seq}` : (event.key as string));
  return { ...timeline, items: [...timeline.items, item] };
}

/** A contact's word, by whatever means, ends a wait. */
function withWord(timeline: Timeline, event: EventFrame): Timeline {
  const said = withFact(timeline, event);
  return event.author.kind === "contact" && timeline.status === "pending" ? toWork(said) : said;
}

/** The number of a call back that is open is erased when another is given, and when it is withdrawn. */
function withoutNumber(timeline: Timeline): Timeline {
  const last = timeline.items.filter(({ kind }) => kind === "phone_asked").pop();
  return { ...timeline, items: timeline.items.map((item) => (item === last ? emptied(item, "deleted") : item)) };
}

/** Change what the event names: its author's own, or anybody's where `anybody` says so. */
function withTarget(timeline: Timeline, event: EventFrame, change: (item: Item) => Item, anybody = false): Timeline {
  const target = fact<string>(event, "target");
  const item = timeline.items.find((each) => each.key === target && (anybody || sameAuthor(each.author, event.author)));
  if (!item) return timeline;
  return { ...timeline, items: timeline.items.map((each) => (each === item ? change(item) : each)) };
}

/** A redaction outlives a deletion: it says more about why the text is not there. */
function emptied(item: Item, why: "deleted" | "redacted"): Item {
  return { ...item, body: null, gone: item.gone === "redacted" ? "redacted" : why };
}
