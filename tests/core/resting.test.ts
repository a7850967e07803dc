import { describe, expect, test } from "vitest";
import { message, ok, Person, sent, started } from "./builders";

const live = (seq: number) => ({ type: "live" as const, conversation: "c", seq });
const send = (person: Person, key: string) => person.put({ kind: "command", command: message(key) });

describe("a tab that nobody looks at", () => {
  const kinds = (outputs: { kind: string }[]) => outputs.map((output) => output.kind);
  const text = (text: string) => ({ text, files: [], quote: null, mode: "message" as const });

  test("lets its line go, and resumes from its numbers when somebody looks", () => {
    const person = new Person().live();
    person.put({ kind: "subscribe", topic: "conversation:c" });
    person.hear(started(), live(1));
    expect(kinds(person.put({ kind: "rest" }))).toContain("close");
    expect(person.client.state.link).toBe("resting");
    expect(kinds(person.put({ kind: "online" }))).not.toContain("connect");
    expect(kinds(person.put({ kind: "visible" }))).toContain("connect");
    expect(sent(person.put({ kind: "opened" }), "hello")).toMatchObject([{ cursors: { c: 1 } }]);
  });

  test("keeps it while something is not acknowledged, and takes it when there is something to say", () => {
    const person = new Person().live();
    send(person, "m");
    expect(kinds(person.put({ kind: "rest" }))).not.toContain("close");
    person.hear(ok("m", 2));
    expect(kinds(person.put({ kind: "rest" }))).toContain("close");
    expect(kinds(send(person, "n"))).toContain("connect");
  });

  test("shows what is written elsewhere, and does not keep it: once sent there, it does not come back from here", () => {
    const person = new Person().live();
    person.put({ kind: "adopt", conversation: "c", draft: text("half a"), shown: false });
    expect(person.client.state.drafts.c?.text).toBe("half a");
    expect(JSON.stringify(person.kept ?? null)).not.toContain("half a");
    person.put({ kind: "draft", conversation: "c", draft: text("half a word") });
    expect(JSON.stringify(person.kept)).toContain("half a word");
    person.put({ kind: "adopt", conversation: "c", draft: null, shown: false });
    expect(person.client.state.drafts.c).toBeUndefined();
    expect(JSON.stringify(person.kept ?? null)).not.toContain("half a");
  });

  test("what somebody is writing here is not replaced by what is written elsewhere", () => {
    const person = new Person().live();
    person.put({ kind: "draft", conversation: "c", draft: text("mine") });
    person.put({ kind: "adopt", conversation: "c", draft: text("theirs"), shown: true });
    expect(person.client.state.drafts.c?.text).toBe("mine");
  });

  test("takes over what a tab that died had not sent, and keeps its text", () => {
    const dead = new Person().live();
    send(dead, "unsent");
    dead.put({ kind: "draft", conversation: "c", draft: text("half a") });
    const person = new Person().live();
    person.put({ kind: "adopt", conversation: "c", draft: text("half a"), shown: false });
    expect(sent(person.put({ kind: "kept", kept: dead.kept }), "send")).toMatchObject([{ key: "unsent" }]);
    expect(JSON.stringify(person.kept)).toContain("half a");
  });
});
