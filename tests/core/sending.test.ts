// What the client sends, compared with the golden frames that the server is held to: each file is brought about here.
import { describe, expect, test } from "vitest";
import type { ToCalls } from "../../widget/src/core/callFrames";
import type { ClientFrame, CommandFrame, ServerFrame } from "../../widget/src/core/frames";
import { golden, Person } from "./builders";

interface Golden {
  note: string;
  direction: "in" | "out";
  frame: ClientFrame | ServerFrame;
}

const files = new Map(golden<Golden>(".").map(({ name, content }) => [name.replace(".json", ""), content]));
const incoming = [...files].filter(([, { direction }]) => direction === "in").map(([name]) => name);
const heard = (name: string) => files.get(name)?.frame as ServerFrame;
const command = (name: string) => files.get(name)?.frame as CommandFrame;

const C = "c0nversat1onAAAAAAAAAA";
const AT = 1_780_000_000_000;
const topic = `conversation:${C}`;
const seats = { token: "opaque", device: "deviceAAAAAAAAAAAAAAAA", tab: "tabAAAAAAAAAAAAAAAAAAA", kept: null };

/** Sam, connecting. */
function calling(): Person {
  const person = new Person();
  person.put({ kind: "start", ...seats });
  person.put({ kind: "opened" });
  return person;
}

function greeted(): Person {
  const person = calling();
  person.hear(heard("welcome.agent"));
  return person;
}

/** Sam, who holds the first two events of a conversation. */
function reading(): Person {
  const person = greeted();
  person.put({ kind: "subscribe", topic });
  person.hear(heard("event.started"), heard("event.message"));
  return person;
}

/** What a person has done when each of the golden frames goes out as the last word. */
const ways: Record<string, () => Person> = {
  "hello.first": calling,
  hello: () => {
    const person = reading();
    person.put({ kind: "closed" });
    person.put({ kind: "tick" }, 60_000);
    person.put({ kind: "opened" });
    return person;
  },
  ping: () => {
    const person = new Person();
    person.now = AT - 15_000;
    person.put({ kind: "start", ...seats });
    person.put({ kind: "opened" });
    person.hear(heard("welcome.agent"));
    person.put({ kind: "tick" }, 15_000);
    return person;
  },
  renew: () => after(greeted(), (person) => person.put({ kind: "token", token: "opaque2" })),
  "subscribe.conversation": () => after(reading(), (person) => person.hear(heard("slow"))),
  "subscribe.list": () => after(greeted(), (person) => person.put({ kind: "subscribe", topic: "list:waiting" })),
  "subscribe.list.more": () => {
    const person = greeted();
    person.put({ kind: "subscribe", topic: "list:waiting" });
    person.hear(heard("listed.more"));
    return after(person, () => person.put({ kind: "more", list: "waiting" }));
  },
  unsubscribe: () => after(reading(), (person) => person.put({ kind: "unsubscribe", topic })),
  get: () => after(reading(), (person) => person.hear({ type: "heads", at: 0, now: 0, heads: { [C]: 5 } })),
  ack: () => after(reading(), (person) => person.hear(heard("live"))),
  read: () => after(reading(), (person) => person.put({ kind: "read", conversation: C, seq: 2 })),
  typing: () => writes("contact"),
  "typing.house": () => writes("house"),
  call_here: () => tells("call_here"),
  "signal.candidates": () => tells("signal.candidates"),
  "signal.description": () => tells("signal.description"),
  "signal.room": () => tells("signal.room"),
  signal_ack: () => tells("signal_ack"),
  ...Object.fromEntries(
    incoming.filter((name) => /^(send|act)\./.test(name)).map((name) => [name, () => acting(command(name))]),
  ),
};

function after(person: Person, act: (person: Person) => unknown): Person {
  act(person);
  return person;
}

const writes = (audience: "contact" | "house") =>
  after(greeted(), (person) => person.put({ kind: "typing", conversation: C, audience, on: true }));

/** What a call's core says goes out as it is (call.test.ts has what it says). */
const tells = (name: string) =>
  after(greeted(), (person) => person.put({ kind: "tell", frame: structuredClone(files.get(name)?.frame) as ToCalls }));

function acting(wanted: CommandFrame): Person {
  return after(greeted(), (person) => person.put({ kind: "command", command: structuredClone(wanted) }));
}

test("every golden frame that a client may send is brought about here", () => {
  expect(Object.keys(ways).sort()).toEqual(incoming.sort());
});

describe("what a client sends stands in a golden file, field for field", () => {
  for (const name of incoming) {
    test(`${name}: ${files.get(name)?.note}`, () => {
      const sent = (ways[name]?.().outputs ?? []).flatMap((output) => (output.kind === "send" ? [output.frame] : []));
      expect(JSON.parse(JSON.stringify(sent.at(-1)))).toEqual(files.get(name)?.frame);
    });
  }
});
