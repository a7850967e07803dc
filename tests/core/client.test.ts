import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { correctionPlace } from "../../widget/src/core/drafts";
import type { EventFrame } from "../../widget/src/core/frames";
import { act, event, kinds, maria, message, no, ok, Person, sam, sent, started, welcome } from "./builders";

const own = (seq: number, key: string): EventFrame => event(seq, { author: maria, key, body: { text: key } });
const live = (seq: number) => ({ type: "live" as const, conversation: "c", seq });
const send = (person: Person, key: string) => person.put({ kind: "command", command: message(key) });

describe("a token that has run out", () => {
  test("postpones what is not running, until it is renewed", () => {
    const person = new Person().live();
    person.put({ kind: "subscribe", topic: "conversation:c" });
    const asked = sent(person.outputs, "subscribe").length;
    person.hear({ type: "resync", topic: "conversation:c", why: "expired" });
    person.put({ kind: "tick" });
    expect(sent(person.outputs, "subscribe")).toHaveLength(asked);
    expect(sent(person.hear({ type: "renewed", expires_in: 900 }), "subscribe")).toMatchObject([
      { topic: "conversation:c" },
    ]);
    expect(sent(person.hear({ type: "renewed", expires_in: 900 }), "subscribe")).toEqual([]);
  });
});

describe("what a person writes", () => {
  test("is shown at once, goes out when the line is there, and is shown once when its event comes", () => {
    const person = new Person();
    send(person, "m");
    expect(person.timeline.items[0]).toMatchObject({ key: "m", delivery: "queued", seq: null });
    person.live();
    expect(person.timeline.items[0]?.delivery).toBe("sending");
    person.hear(ok("m", 2));
    expect(person.timeline.items[0]).toMatchObject({ delivery: "sent", seq: 2 });
    person.hear(started(), own(2, "m"), live(2));
    expect(person.shown()).toEqual(["seq:1", "m"]);
  });

  test("is shown once, too, when its event comes before its ok", () => {
    const person = new Person().live();
    send(person, "m");
    person.hear(started(), own(2, "m"));
    expect(person.shown()).toEqual(["seq:1", "m"]);
    person.hear(ok("m", 2));
    expect(person.shown()).toEqual(["seq:1", "m"]);
  });

  test("comes back after a crash, and goes out with the same key", () => {
    const before = new Person().live();
    send(before, "m");
    const after = new Person().live({}, before.kept);
    expect(sent(after.outputs, "send")).toMatchObject([{ key: "m" }]);
  });

  test("is sealed before it is sent", () => {
    const person = new Person().live();
    const did = kinds(send(person, "m"));
    expect(did.indexOf("keep")).toBeLessThan(did.indexOf("send"));
  });

  test("waits until the store is open, so that what an earlier page kept goes first", () => {
    const before = new Person().live();
    send(before, "old");
    const person = new Person();
    send(person, "new");
    person.put({ kind: "start", token: "t", device: "d", tab: "b" });
    person.put({ kind: "opened" });
    expect(person.hear(welcome()).filter((output) => output.kind === "unseal")).toHaveLength(1);
    expect(sent(person.outputs, "send")).toEqual([]);
    expect(sent(person.put({ kind: "kept", kept: before.kept }), "send")).toMatchObject([{ key: "old" }]);
    expect(sent(person.hear(ok("old", 2)), "send")).toMatchObject([{ key: "new" }]);
  });

  test("is told apart as failed, and the answer is heard", () => {
    const person = new Person().live();
    send(person, "m");
    const outputs = person.hear(no("m", "bad_body"));
    expect(outputs).toContainEqual(expect.objectContaining({ kind: "answered", key: "m", ok: false }));
    expect(person.timeline.items[0]).toMatchObject({ delivery: "failed", failure: { code: "bad_body" } });
    person.put({ kind: "discard", key: "m" });
    expect(person.shown()).toEqual([]);
  });

  test("shows how far it came, by the other side's cursor", () => {
    const person = new Person().live();
    person.hear(started(), own(2, "m"), live(2));
    person.hear({ type: "cursor", conversation: "c", reader: "agent", delivered: 2, read: 1 });
    expect(person.timeline.items[1]?.delivery).toBe("delivered");
    person.hear({ type: "cursor", conversation: "c", reader: "agent", delivered: 1, read: 2 });
    expect(person.timeline.items[1]?.delivery).toBe("read");
  });

  test("is not lost when it corrects something and is refused: it is a draft again, also after a reload", () => {
    const before = new Person().live();
    const edit = act("edit", "e", "c", { target: "m", body: { text: "corrected" } });
    before.put({ kind: "command", command: edit });
    const after = new Person().live({}, before.kept);
    expect(sent(after.outputs, "act")).toMatchObject([{ key: "e" }]);
    after.hear(no("e", "too_late"));
    expect(after.client.state.drafts[correctionPlace("c", "m")]).toMatchObject({ text: "corrected" });
    expect(after.kept?.drafts).toHaveProperty([correctionPlace("c", "m")]);
  });

  test("does not come back when it corrects what is gone", () => {
    const person = new Person().live();
    person.put({ kind: "command", command: act("edit", "e", "c", { target: "m", body: { text: "corrected" } }) });
    person.hear(no("e", "not_found"));
    expect(person.client.state.drafts).toEqual({});
  });

  test("leaves the sealed store when it is deleted", () => {
    const person = new Person().live();
    send(person, "m");
    person.hear(ok("m", 2), started(), own(2, "m"));
    expect(JSON.stringify(person.kept)).toContain('"m"');
    person.hear(event(3, { kind: "deleted", key: null, author: maria, facts: { target: "m" }, body: null }));
    expect(JSON.stringify(person.kept)).not.toContain('"m"');
  });

  test("is told of a note that names this person, though nobody reads that conversation here", () => {
    const person = new Person().live();
    const outputs = person.hear({ type: "mentioned", conversation: "elsewhere", reference: "K7-204", seq: 7 });
    expect(outputs).toContainEqual({ kind: "mentioned", conversation: "elsewhere", reference: "K7-204" });
  });

  test.each(["deleted", "redacted"])("a correction that was begun goes when the message is %s", (kind) => {
    const person = new Person().live();
    const place = correctionPlace("c", "key2");
    person.hear(started(), event(2), live(2));
    const draft = { text: "Jane Roe, corrected", files: [], quote: null, mode: "note" as const };
    person.put({ kind: "draft", conversation: place, draft });
    expect(JSON.stringify(person.kept)).toContain("Jane Roe");
    person.hear(event(3, { kind, key: null, facts: { target: "key2" }, body: null }));
    expect(person.client.state.drafts).toEqual({});
    expect(JSON.stringify(person.kept)).not.toContain("Jane Roe");
  });
});

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

describe("people", () => {
  test("a message by somebody else arrives once, and not as history", () => {
    const person = new Person().live();
    person.hear(started(), event(2));
    expect(kinds(person.outputs)).not.toContain("arrived");
    person.hear(live(2));
    expect(kinds(person.hear(event(3)))).toContain("arrived");
    expect(kinds(person.hear(event(3)))).not.toContain("arrived");
    expect(person.client.state.unread.c).toBe(2);
    person.put({ kind: "read", conversation: "c", seq: 3 });
    expect(person.client.state.unread.c).toBe(0);
    expect(sent(person.outputs, "read")).toMatchObject([{ seq: 3 }]);
  });

  test("what one's own devices hold is acknowledged, by the highest number", () => {
    const person = new Person().live();
    expect(sent(person.hear(started({ author: sam }), event(2), live(2)), "ack")).toMatchObject([{ seq: 2 }]);
  });

  test("typing ends by itself, and with what was typed", () => {
    const person = new Person().live();
    person.hear(started(), { type: "typing", conversation: "c", audience: "contact", on: true, who: sam });
    expect(person.client.state.typing.c).toHaveLength(1);
    person.put({ kind: "tick" }, 6000);
    expect(person.client.state.typing.c).toHaveLength(0);
  });

  test("another person on the line sees nothing of the last one", () => {
    const person = new Person().live();
    person.hear(started(), event(2));
    person.hear(welcome({ you: { kind: "contact", id: "con_else", name: "Else" } }));
    expect(person.client.state).toMatchObject({ timelines: {}, me: null, ended: "another_person" });
  });

  test("a wipe empties memory and leaves the sealed store for the same person", () => {
    const person = new Person().live();
    person.put({
      kind: "draft",
      conversation: "c",
      draft: { text: "half a", files: [], quote: null, mode: "message" },
    });
    const outputs = person.put({ kind: "wipe" });
    expect(kinds(outputs)).toEqual(["close", "ended"]);
    expect(JSON.stringify(person.client)).not.toContain("half a");
    expect(new Person().live({}, person.kept).client.state.drafts.c?.text).toBe("half a");
  });
});

/** A server small enough to be trusted: a log, once by key, answers that may be lost with the line. */
class Server {
  log: EventFrame[] = [started()];

  take(person: Person): void {
    const frames = person.outputs.splice(0).flatMap((output) => (output.kind === "send" ? [output.frame] : []));
    for (const frame of frames) {
      if (frame.type !== "send") continue;
      if (this.log.every((each) => each.key !== frame.key)) this.log.push(own(this.log.length + 1, frame.key));
    }
  }

  catchUp(person: Person): void {
    for (let turn = 0; turn < 50; turn++) {
      this.take(person);
      for (const { key, seq } of this.log) if (key?.startsWith("k")) person.hear(ok(key, seq));
      person.hear(...this.log, live(this.log.length));
    }
  }
}

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

test("whatever is cut, doubled, delayed or crashes: every message is kept once, in order, and shown once", () => {
  const steps = fc.array(
    fc.record({ what: fc.constantFrom("write", "take", "event", "ok", "cut", "crash", "theirs"), which: fc.nat(9) }),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(steps, (path) => {
      const server = new Server();
      let person = new Person().live();
      let made = 0;
      const reconnect = () => {
        person.put({ kind: "closed" });
        person.put({ kind: "tick" }, 60_000);
        person.put({ kind: "opened" });
        person.hear(welcome());
      };
      const acts: Record<string, (which: number) => void> = {
        write: () => send(person, `k${made++}`),
        take: () => server.take(person),
        event: (which) => person.hear(...server.log.slice(which, which + 2)),
        ok: (which) => {
          const said = server.log[which];
          if (said?.author.id === maria.id && said.key?.startsWith("k")) person.hear(ok(said.key, said.seq));
        },
        cut: reconnect,
        crash: () => {
          person = new Person().live({}, person.kept);
        },
        theirs: () => server.log.push(event(server.log.length + 1)),
      };
      for (const { what, which } of path) {
        acts[what]?.(which);
        const shown = person.client.state.timelines.c?.items.map((item) => item.key) ?? [];
        expect(new Set(shown).size).toBe(shown.length);
      }
      reconnect();
      server.catchUp(person);
      const mine = server.log.flatMap((each) =>
        each.key?.startsWith("k") && each.author.id === maria.id ? [each.key] : [],
      );
      expect(mine).toEqual(Array.from({ length: made }, (_, at) => `k${at}`));
      expect(person.timeline.items.map((item) => item.seq)).toEqual(server.log.map((each) => each.seq));
    }),
    { numRuns: 200 },
  );
});
