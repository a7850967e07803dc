// What each golden frame of the server does to a client: said here, frame by frame. Events: timeline.test.ts.
import { describe, expect, test } from "vitest";
import type { Output } from "../../widget/src/core/client";
import type { ServerFrame } from "../../widget/src/core/frames";
import type { ClientState } from "../../widget/src/core/state";
import { act, golden, message, Person } from "./builders";

interface Golden {
  note: string;
  direction: "in" | "out";
  frame: ServerFrame;
}
type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

const files = new Map(golden<Golden>(".").map(({ name, content }) => [name.replace(".json", ""), content]));
const others = [...files].filter(([, { direction, frame }]) => direction === "out" && frame.type !== "event");
const frame = <T extends ServerFrame["type"]>(name: string) => structuredClone(files.get(name)?.frame) as Frame<T>;

const C = "c0nversat1onAAAAAAAAAA";
const topic = `conversation:${C}`;
const NOW = 1_000;

/** Sam at the desk, who looks at a list and holds the first event of a conversation; two commands are on their way. */
function sam(): Person {
  const person = new Person();
  person.now = NOW;
  person.put({ kind: "start", token: "t", device: "d", tab: "b", kept: null });
  person.put({ kind: "opened" });
  person.hear(frame("welcome.agent"));
  person.put({ kind: "subscribe", topic: "list:waiting" });
  person.put({ kind: "subscribe", topic });
  person.hear(frame("event.started"));
  person.put({ kind: "command", command: message("key01AAAAAAAAAAAAAAAAA", C) });
  person.put({ kind: "command", command: act("state", "key02AAAAAAAAAAAAAAAAA", null, { state: "busy" }) });
  return person;
}

interface Effect {
  before?: string[]; // golden frames heard first
  state?: (state: ClientState) => unknown;
  shows?: unknown; // what `state` then gives
  asks?: object[]; // every frame that is sent in answer
  does?: object[]; // further outputs, among others
}

const timeline = (state: ClientState) => state.timelines[C];
const own = (state: ClientState) => timeline(state)?.items.find(({ key }) => key.startsWith("key01"));
const link = ({ link, retryAt, ended, me }: ClientState) => ({ link, retryAt, ended, me: me?.id ?? null });
const { type: _row, list: _list, ...row } = frame<"row">("row");
const greeted = (state: ClientState) => ({ you: state.me, snapshot: state.snapshot, limits: state.limits });
const greeting = ({ you, snapshot, limits }: Frame<"welcome">) => ({ you, snapshot, limits });
const again = { type: "subscribe", topic, after: 1 };
const gone = { state: (state: ClientState) => C in state.timelines && own(state)?.seq, shows: null };

const calls = ({ calls, rings }: ClientState) => ({ calls: Object.keys(calls), rings: Object.keys(rings) });
const CALL = frame<"call">("call").call;
const called = (name: string): Effect => ({ does: [{ kind: "called", frame: frame(name) }] });

const effects: Record<string, Effect> = {
  call: { state: calls, shows: { calls: [CALL], rings: [] }, ...called("call") },
  "call.invited": { state: calls, shows: { calls: [CALL], rings: [] }, ...called("call.invited") },
  "call.ringing": { state: calls, shows: { calls: [CALL], rings: [] }, ...called("call.ringing") },
  "call.room": { state: calls, shows: { calls: [CALL], rings: [] }, ...called("call.room") },
  "call.ended": { before: ["call"], state: calls, shows: { calls: [], rings: [] }, ...called("call.ended") },
  call_elsewhere: called("call_elsewhere"),
  ice: called("ice"),
  ring: { state: calls, shows: { calls: [], rings: [CALL] } },
  "ring.invited": { state: calls, shows: { calls: [], rings: [CALL] } },
  "ring.agent": { state: calls, shows: { calls: [], rings: [CALL] } },
  ring_over: { before: ["ring"], state: calls, shows: { calls: [], rings: [] } },
  "ring_over.missed": { before: ["ring"], state: calls, shows: { calls: [], rings: [] } },
  "signal.relayed.candidates": called("signal.relayed.candidates"),
  "signal.relayed.description": called("signal.relayed.description"),
  "signal.relayed.room": called("signal.relayed.room"),
  "welcome.agent": { state: greeted, shows: greeting(frame("welcome.agent")) },
  "welcome.contact": { state: link, shows: { link: "ended", retryAt: null, ended: "another_person", me: null } },
  renewed: {}, // below, as it shows only later
  ok: { state: own, shows: { seq: 2, delivery: "sent", failure: null } },
  "ok.start": { does: [{ kind: "answered", key: "key02AAAAAAAAAAAAAAAAA", ok: true, frame: frame("ok.start") }] },
  no: {
    state: own,
    shows: {
      delivery: "failed",
      failure: { code: "already_claimed", message: "Somebody else has taken this conversation.", retry: true },
    },
  },
  "no.retry": { state: own, shows: { delivery: "sending", failure: null }, asks: [] },
  live: { asks: [{ type: "get", conversation: C, after: 1, limit: 200 }] },
  page: { asks: [{ type: "get", conversation: C, after: 1, limit: 200 }] },
  heads: {
    state: ({ clockSkew }) => ({ clockSkew }),
    shows: { clockSkew: 1_780_000_000_005 - NOW },
    asks: [{ type: "get", conversation: C, after: 1, limit: 200 }],
  },
  slow: { asks: [{ type: "subscribe", topic: "list:waiting", limit: 50, before: null }, again] },
  "resync.gap": { asks: [{ ...again, after: 0 }] },
  "resync.too_many": { asks: [again] },
  "resync.expired": { asks: [] },
  "resync.lost": gone,
  "resync.not_found": gone,
  row: { state: ({ lists }) => ({ rows: lists.waiting?.rows }), shows: { rows: [row] } },
  listed: {
    before: ["row"],
    state: ({ lists }) => lists.waiting,
    shows: { rows: [row], more: false, count: 1, loading: false },
  },
  "listed.more": { state: ({ lists }) => lists.waiting, shows: { more: true, count: 80, loading: false } },
  gone: { before: ["row"], state: ({ lists }) => ({ rows: lists.waiting?.rows }), shows: { rows: [] } },
  counts: { state: ({ counts }) => counts, shows: frame<"counts">("counts").counts },
  cursor: {
    before: ["event.message"],
    state: timeline,
    shows: { cursors: { agent: { delivered: 2, read: 1 }, contact: { delivered: 0, read: 0 } } },
  },
  "typing.relayed": { state: ({ typing }) => ({ others: typing[C] }), shows: {} }, // it is oneself
  mentioned: { does: [{ kind: "mentioned", conversation: C, reference: "K7-204" }] },
  "presence.agents": { state: ({ agents }) => agents, shows: { agt_sam: "busy" } },
  "presence.contact": { state: ({ agentHere }) => agentHere, shows: { [C]: false } },
  "presence.conversation": {
    state: ({ viewers, contactAt }) => ({ viewers: viewers[C], here: contactAt[C] }),
    shows: { viewers: [{ id: "agt_sam", name: "Sam Carter" }], here: "here" },
  },
  "presence.left": { state: ({ contactAt }) => contactAt, shows: { [C]: "left" } },
  queue: {
    state: ({ queue }) => queue[C],
    shows: { position: 2, waitS: 60, open: true, opensAt: null, at: NOW },
  },
  settings: {
    state: ({ snapshot }) => snapshot,
    shows: {
      tenant: { id: "northwind" },
      switches: { chat: true, files: false },
      incidents: [],
      open: true,
      answers_in_s: 35,
      idle_minutes: 60,
      screen_share: "tab",
      screen_window: false,
    },
  },
  drain: { state: link, shows: { link: "live" }, does: [{ kind: "wake", at: NOW + 2_500 }] },
  bye: { state: link, shows: { link: "retrying", retryAt: NOW + 1_000 + 250, ended: null }, does: [{ kind: "close" }] },
  "bye.expired": {
    state: link,
    shows: { link: "retrying", retryAt: null, me: "agt_sam" },
    does: [{ kind: "close" }, { kind: "renew" }],
  },
  "bye.ended": {
    state: (state) => ({ ...link(state), timelines: state.timelines, snapshot: state.snapshot }),
    shows: { link: "ended", ended: "ended", me: null, timelines: {}, snapshot: null },
    does: [{ kind: "close" }, { kind: "ended", code: "ended" }],
  },
};

test("what every golden frame does is said here", () => {
  expect(Object.keys(effects).sort()).toEqual(others.map(([name]) => name).sort());
});

describe("a golden frame does to a client what it says", () => {
  for (const [name, { note, frame }] of others) {
    test(`${name}: ${note}`, () => {
      const { before = [], state, shows, asks, does = [] } = effects[name] ?? {};
      const person = sam();
      for (const first of before) person.hear(files.get(first)?.frame as ServerFrame);
      const outputs = person.hear(structuredClone(frame));
      if (state) expected(state(person.client.state), shows);
      if (asks) expect(sentBy(outputs)).toEqual(asks);
      for (const output of does) expect(outputs).toContainEqual(output);
    });
  }
});

function expected(found: unknown, shows: unknown): void {
  if (shows !== null && typeof shows === "object") expect(found).toMatchObject(shows);
  else expect(found).toEqual(shows);
}

const sentBy = (outputs: Output[]) => outputs.flatMap((output) => (output.kind === "send" ? [output.frame] : []));

test("somebody else's typing is shown, and ends by itself after six seconds", () => {
  const person = sam();
  const relayed = frame<"typing">("typing.relayed");
  person.hear({ ...relayed, who: { ...relayed.who, id: "agt_ines", name: "Ines Prado" } });
  expect(person.client.state.typing[C]).toMatchObject([{ name: "Ines Prado", until: NOW + 6_000 }]);
  person.put({ kind: "tick" }, 6_000);
  expect(person.client.state.typing[C]).toEqual([]);
});

test("a renewed token is renewed before its own life ends, not before the first one's", () => {
  const person = sam();
  person.now += 100_000;
  person.hear(frame("renewed"));
  const renews = (at: number) => {
    person.now = at;
    return person.put({ kind: "tick" }).some(({ kind }) => kind === "renew");
  };
  expect(renews(NOW + 900_000 * 0.7 + 1)).toBe(false);
  expect(renews(NOW + 100_000 + 900_000 * 0.7)).toBe(true);
});

test("what was asked to wait goes out again with its key, not sooner", () => {
  const person = sam();
  const { after_ms } = frame<"no">("no.retry");
  person.hear(frame("no.retry"), frame("ok.start"));
  expect(sentBy(person.put({ kind: "tick" }, Number(after_ms) - 1))).toEqual([]);
  expect(sentBy(person.put({ kind: "tick" }, 1))).toMatchObject([{ key: "key01AAAAAAAAAAAAAAAAA" }]);
});
