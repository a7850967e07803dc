import { describe, expect, test } from "vitest";
import type { EventFrame } from "../../widget/src/core/frames";
import { act, event, maria, message, ok, Person, sent, started, welcome } from "./builders";

const own = (seq: number, key: string): EventFrame => event(seq, { author: maria, key, body: { text: key } });
const live = (seq: number) => ({ type: "live" as const, conversation: "c", seq });
const send = (person: Person, key: string) => person.put({ kind: "command", command: message(key) });

describe("gaps", () => {
  test("a number too far asks for what is missing, once", () => {
    const person = new Person().live();
    person.hear(started());
    expect(sent(person.hear(event(4)), "get")).toEqual([{ type: "get", conversation: "c", after: 1, limit: 200 }]);
    expect(sent(person.hear(event(5)), "get")).toEqual([]);
    person.hear(event(2), event(3), event(4));
    const more = person.hear({ type: "page", conversation: "c", after: 1, through: 4, head: 4 });
    expect(sent(more, "get")).toMatchObject([{ after: 4 }]);
  });

  test("a head above what is held asks for the lost last event", () => {
    const person = new Person().live();
    person.hear(started(), live(1));
    expect(sent(person.hear({ type: "heads", at: 0, now: 0, heads: { c: 2 } }), "get")).toMatchObject([{ after: 1 }]);
  });

  test("slow: everything is subscribed again from the last number", () => {
    const person = new Person().live();
    person.hear(started(), live(1));
    expect(sent(person.hear({ type: "slow" }), "subscribe")).toMatchObject([{ topic: "conversation:c", after: 1 }]);
  });

  test("what is lost leaves the screen", () => {
    const person = new Person().live();
    person.hear(started(), event(2), live(2), { type: "resync", topic: "conversation:c", why: "lost" });
    expect(person.client.state.timelines).toEqual({});
  });

  test("after a cut, hello goes on from the last number", () => {
    const person = new Person().live();
    person.hear(started(), event(2), live(2));
    person.put({ kind: "closed" });
    person.put({ kind: "tick" }, 60_000);
    expect(sent(person.put({ kind: "opened" }), "hello")).toMatchObject([{ cursors: { c: 2 }, epoch: "e1" }]);
  });

  test("a conversation whose start is still on its way is subscribed once the server knows it", () => {
    const person = new Person();
    person.put({ kind: "command", command: act("start", "s") });
    person.live();
    expect(sent(person.outputs, "subscribe")).toEqual([]);
    expect(sent(person.hear(ok("s", 1)), "subscribe")).toMatchObject([{ topic: "conversation:c", after: 0 }]);
  });
});

describe("a restored database", () => {
  const restored = (person: Person) => {
    person.put({ kind: "closed" });
    person.put({ kind: "tick" }, 60_000);
    person.put({ kind: "opened" });
    return person.hear(welcome({ epoch: "e2" }));
  };

  test("is read anew, and offered what it had acknowledged", () => {
    const person = new Person().live();
    send(person, "m");
    person.hear(ok("m", 2), started(), own(2, "m"), live(2));
    const outputs = restored(person);
    expect(sent(outputs, "subscribe")).toMatchObject([{ topic: "conversation:c", after: 0 }]);
    expect(sent(outputs, "send")).toMatchObject([{ key: "m" }]);
    expect(person.timeline.seq).toBe(0);
    expect(person.shown()).toEqual(["m"]);
  });

  test("is noticed by a page that comes back later, too", () => {
    const before = new Person().live();
    send(before, "m");
    before.hear(ok("m", 2));
    const after = new Person().live({ epoch: "e2" }, before.kept);
    expect(sent(after.outputs, "send")).toMatchObject([{ key: "m" }]);
  });
});
