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
