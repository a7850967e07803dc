// What each frame of the server does to what a client holds: one entry a frame type.

import type { CallFrame } from "./callFrames";
import { correctionPlace } from "./drafts";
import type { Entry } from "./entry";
import { authorOf } from "./folding";
import type { CommandFrame, EventFrame, SendBody, ServerFrame } from "./frames";
import type { Holdings, Table } from "./holdings";
import type { TypingPerson } from "./state";

type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;
export type Answers = Table<ServerFrame, "type">;

const TYPING_LASTS = 6_000;
const RENEW_AT = 0.7; // of a token's life: there is time left to try again

export const answers: Answers = {
  welcome,
  renewed: (held, { expires_in }, now) => {
    held.renewAt = now + expires_in * 1000 * RENEW_AT;
    for (const topic of held.takePostponed()) again(held, topic);
  },
  ok: (held, frame, now) => {
    const entry = held.outbox.ok(frame, now);
    if (!entry) return;
    const { command } = entry;
    if (command.type === "act" && command.verb === "delete") held.outbox.erase(String(command.target));
    settled(held, entry);
    held.emit({ kind: "answered", key: frame.key, ok: true, frame });
  },
  no: (held, frame, now) => {
    const { type, key, code } = frame;
    if (!held.outbox.find(key)) held.emit({ kind: "called", frame: { type, key, code } });
    for (const entry of held.outbox.no(frame, now)) {
      settled(held, entry);
      if (frame.code !== "not_found") giveBack(held, entry.command);
      held.emit({ kind: "answered", key: entry.command.key, ok: false, frame: { ...frame, key: entry.command.key } });
    }
  },
  event,
  live: (held, frame, now) => held.send(...held.readings.live(frame, now)),
  page: (held, frame, now) => held.send(...held.readings.page(frame, now)),
  resync,
  row: (held, frame) => {
    held.shelves.row(frame);
    held.readings.readElsewhere(frame.conversation, frame.read);
    held.readings.changed.add(frame.conversation);
  },
  listed: (held, frame) => held.shelves.listed(frame),
  gone: (held, frame) => held.shelves.gone(frame),
  counts: (held, { counts }) => held.patch({ counts: { ...held.state.counts, ...counts } }),
  cursor: (held, frame) => held.readings.cursor(frame),
  typing,
  mentioned: (held, { conversation, reference }) => held.emit({ kind: "mentioned", conversation, reference }),
  presence,
  queue: (held, { conversation, position, wait_s, open, opens_at }, now) =>
    held.put("queue", conversation, { position, waitS: wait_s, open, opensAt: opens_at, at: now }),
  ring: (held, frame) => held.put("rings", frame.call, frame),
  ring_over: (held, { call }) => held.drop("rings", call),
  call,
  signal: (held, frame) => held.emit({ kind: "called", frame }),
  ice: (held, frame) => held.emit({ kind: "called", frame }),
  call_elsewhere: (held, frame) => held.emit({ kind: "called", frame }),
  settings: (held, { type: _type, ...settings }) => {
    if (held.state.snapshot) held.patch({ snapshot: { ...held.state.snapshot, ...settings } });
  },
  heads: (held, frame, now) => {
    held.patch({ clockSkew: frame.now - now });
    held.send(...held.readings.heads(frame.heads, now));
  },
  slow: (held) => {
    held.readings.ids().forEach((id) => {
      held.readings.again(id, false);
    });
    held.shelves.disconnected();
  },
  drain: (held, frame, now) => held.link.drain(frame.within_ms, now),
  bye: (held, frame, now) => {
    if (frame.code === "switched_off" && held.state.snapshot)
      held.patch({ snapshot: { ...held.state.snapshot, switches: { launcher: false, chat: false }, modules: {} } });
    if (frame.code === "ended") held.wipe(frame.code, now);
    else held.obey(held.link.bye(frame, now), now);
  },
};

function welcome(held: Holdings, frame: Frame<"welcome">, now: number): void {
  // Another person on this line must see nothing of the last one.
  if (held.state.me && held.state.me.id !== frame.you.id) {
    held.wipe("another_person", now);
    return;
  }
  held.link.welcomed(frame.heartbeat, now);
  held.renewAt = now + frame.expires_in * 1000 * RENEW_AT;
  held.vault = frame.vault;
  held.patch({
    me: frame.you,
    snapshot: frame.snapshot,
    limits: frame.limits,
    clockSkew: frame.now - now,
    rings: {}, // whatever rings now, or still goes on, is told anew
    calls: {},
    counts: frame.snapshot.counts ?? held.state.counts,
    agents: Object.fromEntries((frame.snapshot.agents ?? []).map(({ id, state }) => [id, state])),
  });
  held.readings.ids().forEach((id) => {
    held.readings.changed.add(id);
  });
  for (const row of frame.snapshot.conversations ?? []) held.readings.changed.add(row.conversation);
  if (held.epoch !== null && held.epoch !== frame.epoch) held.restored(now);
  held.unkept ||= held.epoch !== frame.epoch;
  held.epoch = frame.epoch;
  if (!held.unsealed) held.emit({ kind: "unseal", vault: frame.vault });
}

/** A call is a state: the newest version holds. One that is over is told to whoever carries it, and is forgotten. */
function call(held: Holdings, frame: CallFrame): void {
  if ((held.state.calls[frame.call]?.version ?? -1) > frame.version) return;
  const left = frame.participants.some(({ id, presence }) => id === frame.you && presence === "left");
  if (frame.phase === "ended" || left) held.drop("calls", frame.call);
  else held.put("calls", frame.call, frame);
  held.emit({ kind: "called", frame });
}

function settled(held: Holdings, entry: Entry): void {
  held.unkept = true;
  if (entry.command.conversation !== null) held.readings.changed.add(entry.command.conversation);
}

function event(held: Holdings, frame: EventFrame, now: number): void {
  const { news, applied, ask } = held.readings.event(frame, held.state.me, now);
  held.send(...ask);
  if (!applied) return;
  leaveNoCopy(held, frame);
  hush(held, frame);
  if (!news || news.gone || (news.kind !== "message" && news.kind !== "note")) return;
  const item = held.readings.confirmed(frame.conversation)?.items.at(-1);
  if (item) held.emit({ kind: "arrived", conversation: frame.conversation, item });
}

/** A correction that was refused is nowhere but here: it goes back to where it was written. */
function giveBack(held: Holdings, command: CommandFrame): void {
  if (command.type !== "act" || command.verb !== "edit" || !command.conversation) return;
  const place = correctionPlace(command.conversation, String(command.target));
  const { text } = command.body as SendBody;
  if (!held.state.drafts[place]) held.put("drafts", place, { text, files: [], quote: null, mode: "message" });
}

/** Text that was deleted or redacted leaves the outbox, the corrections and the sealed store too. */
function leaveNoCopy(held: Holdings, frame: EventFrame): void {
  const left = frame.gone !== null && frame.gone !== "edited" && frame.key;
  const target = frame.kind === "deleted" || frame.kind === "redacted" ? frame.facts.target : left;
  if (typeof target !== "string") return;
  const correction = correctionPlace(frame.conversation, target);
  if (!held.outbox.find(target) && !(correction in held.state.drafts)) return;
  held.outbox.erase(target);
  held.drop("drafts", correction);
  held.unkept = true;
}

/** Whoever has said something is not typing it any more. */
function hush(held: Holdings, { conversation, author }: EventFrame): void {
  const typing = held.state.typing[conversation];
  if (typing?.some((each) => each.id === author.id)) {
    held.put(
      "typing",
      conversation,
      typing.filter((each) => each.id !== author.id),
    );
  }
}

/** Lost or never ours: it leaves the screen. Otherwise it is read on, or anew. */
function resync(held: Holdings, { topic, why }: Frame<"resync">): void {
  const [sort, id] = split(topic);
  const lost = why === "not_found" || why === "lost";
  if (why === "expired") held.postponed.add(topic);
  else if (sort === "list") {
    if (lost) held.shelves.close(id);
    else held.shelves.again(id);
  } else if (lost && held.unsealed && !held.outbox.starting(id)) {
    // Until the store is open, its start may be waiting there.
    held.readings.close(id);
    held.shelves.lost(id);
    for (const map of ["typing", "viewers", "contactAt", "agentHere", "queue", "unread"] as const) held.drop(map, id);
  } else held.readings.again(id, why === "gap");
}

/** Ask for what was refused while the token had run out. */
function again(held: Holdings, topic: string): void {
  const [sort, id] = split(topic);
  if (sort === "list") held.shelves.again(id);
  else held.readings.again(id, false);
}

export function split(topic: string): [string, string] {
  const at = topic.indexOf(":");
  return [topic.slice(0, at), topic.slice(at + 1)];
}

function typing(held: Holdings, { conversation, audience, on, who }: Frame<"typing">, now: number): void {
  const self = held.state.me && authorOf(held.state.me);
  if (self?.kind === who.kind && self.id === who.id) return;
  const others = (held.state.typing[conversation] ?? []).filter((each) => each.id !== who.id);
  const person: TypingPerson = { ...who, audience, until: now + TYPING_LASTS };
  held.put("typing", conversation, on ? [...others, person] : others);
}

function presence(held: Holdings, { conversation, viewers, contact, agent, agents }: Frame<"presence">): void {
  if (agents) held.patch({ agents: { ...held.state.agents, ...agents } });
  if (conversation === undefined) return;
  if (viewers) held.put("viewers", conversation, viewers);
  if (contact) held.put("contactAt", conversation, contact);
  if (agent) held.put("agentHere", conversation, agent === "here");
}
