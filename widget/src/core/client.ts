// All of a client together, without I/O: inputs and the time go in, outputs come out, `state` is what a person sees.
import { type Answers, answers, split } from "./answers";
import type { Input, Output } from "./contract";
import { sizeOf, wellFormed } from "./fitting";
import { fold, unreadIn } from "./folding";
import type { ConversationRow, ServerFrame } from "./frames";
import { Holdings, type Inputs } from "./holdings";
import type { Outbox } from "./outbox";
import type { Readings } from "./reading";
import type { ClientState } from "./state";
import { emptyTimeline } from "./timeline";

export type { Input, Kept, KeptCommand, Output } from "./contract";

/** Parts that a simulation may replace, to prove that it would notice. */
export interface Parts {
  outbox?: Outbox;
  readings?: Readings;
  answers?: Answers;
}

export class Client {
  private readonly held: Holdings;
  private readonly answers: Answers;
  private wakesAt: number | null = null;

  constructor(random: () => number, parts: Parts = {}) {
    this.held = new Holdings(random, parts.outbox, parts.readings);
    this.answers = parts.answers ?? answers;
  }

  get state(): ClientState {
    return this.held.state;
  }

  /** Take one input; what must be done about it, in this order. */
  receive(input: Input, now: number): Output[] {
    const { held } = this;
    held.outputs = [];
    if (held.state.ended !== null) return [];
    if (input.kind === "tick") this.wakesAt = null;
    if (input.kind === "frame") this.hear(input.frame, now);
    else inputs[input.kind](held, input as never, now);
    if (held.state.ended === null) this.pursue(now);
    refresh(held);
    this.wake();
    return held.outputs;
  }

  private hear(frame: ServerFrame, now: number): void {
    this.held.link.heard(now);
    const answer = Object.hasOwn(this.answers, frame.type) ? this.answers[frame.type] : null;
    answer?.(this.held, frame as never, now); // unknown frames are a newer server's: ignored
  }

  /** Do whatever has become possible. The store comes before the wire: what was sent must not be forgotten. */
  private pursue(now: number): void {
    const { held } = this;
    if (held.link.live) {
      held.send(...held.shelves.sync());
      held.send(...held.readings.sync((conversation) => held.awaitsStart(conversation)));
    }
    keep(held, now);
    if (held.link.resting && held.outbox.wakeAt() !== null) held.obey(held.link.wake(now), now);
    if (!held.link.live || !held.unsealed) return;
    // No answer may mean no line: a repetition goes along with a question that any living server answers at once.
    if (held.outbox.overdue(now)) held.obey(held.link.doubt(now), now);
    for (const command of held.outbox.take(now)) {
      // The server would close the line on it, and on everything else again with every repetition.
      if (sizeOf(command) > (held.state.limits?.frame ?? Infinity)) this.answers.no(held, tooLarge(command.key), now);
      else held.send(command);
      if (command.conversation !== null) held.readings.changed.add(command.conversation);
    }
  }

  /** Say when to come back, if that has changed. */
  private wake(): void {
    const { link, outbox, renewAt, state, unsealed } = this.held;
    const typing = Object.values(state.typing).flatMap((people) => people.map((each) => each.until));
    const times = [link.wakeAt(), renewAt, link.live && unsealed ? outbox.wakeAt() : null, ...typing];
    const at = Math.min(...times.filter((time) => time !== null));
    if (!Number.isFinite(at) || at === this.wakesAt) return;
    this.wakesAt = at;
    this.held.emit({ kind: "wake", at });
  }
}

const inputs: Omit<Inputs, "frame"> = {
  start: (held, { token, device, tab, kept }, now) => {
    Object.assign(held, { token, device, tab });
    if (kept !== undefined) held.unseal(kept, now);
    held.obey(held.link.start(now), now);
  },
  kept: (held, { kept }, now) => {
    if (kept || !held.unsealed) held.unseal(kept, now);
  },
  tell: (held, { frame }) => held.send(frame),
  opened: (held, _input, now) => held.obey(held.link.opened(now), now),
  closed: (held, _input, now) => {
    held.obey(held.link.closed(now), now);
    held.disconnected();
  },
  tick,
  online: (held, _input, now) => held.obey(held.link.nudge(now), now),
  offline: (held, _input, now) => held.obey(held.link.doubt(now), now),
  visible: (held, _input, now) => held.obey(held.link.wake(now), now),
  rest: (held, _input, now) => {
    if (held.outbox.wakeAt() === null) held.obey(held.link.rest(now), now);
  },
  token: (held, { token }, now) => {
    held.token = token;
    held.send({ type: "renew", token });
    held.obey(held.link.identified(now), now);
  },
  command: (held, { command }, now) => {
    if (held.outbox.offer(wellFormed(command), now)) touched(held, command.conversation);
  },
  retry: (held, { key }) => {
    const conversation = held.outbox.find(key)?.command.conversation ?? null;
    held.outbox.retry(key);
    touched(held, conversation);
  },
  discard: (held, { key }) => {
    const conversation = held.outbox.find(key)?.command.conversation ?? null;
    held.outbox.discard(key);
    touched(held, conversation);
  },
  subscribe: (held, { topic }) => {
    const [sort, id] = split(topic);
    if (sort === "list") held.shelves.open(id);
    else held.readings.open(id);
  },
  unsubscribe: (held, { topic }) => {
    const [sort, id] = split(topic);
    const told = sort === "list" ? held.shelves.close(id) : held.readings.close(id);
    if (told) held.send({ type: "unsubscribe", topic });
  },
  more: (held, { list }) => held.send(...held.shelves.more(list)),
  read: (held, { conversation, seq }) => held.readings.read(conversation, seq),
  typing: (held, { conversation, audience, on }) => held.send({ type: "typing", conversation, audience, on }),
  draft: (held, { conversation, draft }) => {
    if (draft) held.put("drafts", conversation, draft);
    else held.drop("drafts", conversation);
    held.adopted.delete(conversation);
    held.unkept = true;
  },
  adopt: (held, { conversation, draft, shown }) => held.adopt(conversation, draft, shown),
  wipe: (held, _input, now) => held.wipe("wiped", now),
};

/** What the server would say, had it been asked. */
const tooLarge = (key: string) =>
  ({ type: "no", key, code: "too_large", message: "", retry: false, after_ms: null, detail: null }) as const;

function tick(held: Holdings, _input: unknown, now: number): void {
  held.obey(held.link.tick(now), now);
  if (held.renewAt !== null && now >= held.renewAt) {
    held.renewAt = null;
    held.emit({ kind: "renew" });
  }
  for (const [conversation, people] of Object.entries(held.state.typing)) {
    const still = people.filter((each) => each.until > now);
    if (still.length < people.length) held.put("typing", conversation, still);
  }
}

function touched(held: Holdings, conversation: string | null): void {
  held.unkept = true;
  if (conversation !== null) held.readings.changed.add(conversation);
}

/** Seal what must outlive this page. Before the first `welcome` there is no key, and text is in memory alone. */
function keep(held: Holdings, now: number): void {
  if (!held.unkept || held.vault === null || !held.unsealed) return;
  held.unkept = false;
  const commands = held.outbox.kept(now);
  const drafts = held.ownDrafts();
  if (commands.length === 0 && Object.keys(drafts).length === 0) held.emit({ kind: "forget" });
  else held.emit({ kind: "keep", kept: { epoch: held.epoch, commands, drafts }, vault: held.vault });
}

/** Make the changed views anew. */
function refresh(held: Holdings): void {
  const { link, retryAt } = { link: held.link.phase, retryAt: held.link.retryAt };
  if (held.state.link !== link || held.state.retryAt !== retryAt) held.patch({ link, retryAt });
  const lists = held.shelves.lists();
  if (differ(held.state.lists, lists)) held.patch({ lists });
  for (const conversation of held.readings.changed) view(held, conversation);
  held.readings.changed.clear();
}

function view(held: Holdings, conversation: string): void {
  const confirmed = held.readings.confirmed(conversation);
  const entries = held.outbox.of(conversation).filter((entry) => confirmed || entry.state !== "acked");
  if (confirmed || entries.some((entry) => entry.command.type === "send")) {
    held.put("timelines", conversation, fold(confirmed ?? emptyTimeline(conversation), entries, held.state.me));
  } else held.drop("timelines", conversation);
  const unread = confirmed?.live ? unreadIn(confirmed, held.state.me) : unreadByRow(held, conversation);
  if (unread !== (held.state.unread[conversation] ?? 0)) held.put("unread", conversation, unread);
}

/** Of a conversation that is not read here, only its row tells that something new was said. */
function unreadByRow(held: Holdings, conversation: string): number {
  const listed: ConversationRow[] = Object.values(held.state.lists).flatMap((list) => list.rows);
  const rows = [...listed, ...(held.state.snapshot?.conversations ?? [])];
  const row = rows.find((each) => each.conversation === conversation);
  if (!row || row.head <= row.read || row.last.kind !== "message") return 0;
  return row.last.by === held.state.me?.kind ? 0 : 1;
}

function differ(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const names = Object.keys(other);
  return names.length !== Object.keys(one).length || names.some((name) => one[name] !== other[name]);
}
