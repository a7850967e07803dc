import fc from "fast-check";
import { expect, test } from "vitest";
import { Outbox, OVERDUE } from "../../widget/src/core/outbox";
import { act, message, no, ok } from "./builders";

const outbox = () => new Outbox(() => 0.5);
const keys = (commands: { key: string }[]) => commands.map((each) => each.key);
// biome-ignore lint/suspicious/noExplicitAny: the builders make the frames that are meant
const frame = (value: unknown) => value as any;

test("one command of a conversation is on its way at a time, and conversations do not wait for each other", () => {
  const box = outbox();
  for (const [key, conversation] of [
    ["a1", "a"],
    ["a2", "a"],
    ["b1", "b"],
  ] as const)
    box.offer(message(key, conversation), 0);
  expect(keys(box.take(0))).toEqual(["a1", "b1"]);
  expect(keys(box.take(1))).toEqual([]);
  box.ok(frame(ok("a1", 1)), 2);
  expect(keys(box.take(2))).toEqual(["a2"]);
});

test("an answer that is overdue after 5 s makes the same key go out again", () => {
  const box = outbox();
  box.offer(message("a1"), 0);
  box.take(0);
  expect(box.wakeAt()).toBe(OVERDUE);
  expect(keys(box.take(OVERDUE - 1))).toEqual([]);
  expect([box.overdue(OVERDUE - 1), box.overdue(OVERDUE)]).toEqual([false, true]);
  expect(keys(box.take(OVERDUE))).toEqual(["a1"]);
});

test("a no that says retry is not a failure: the same key goes out when the server said", () => {
  const box = outbox();
  box.offer(message("a1"), 0);
  box.take(0);
  expect(box.no(frame(no("a1", "busy", true, 2000)), 100)).toEqual([]);
  expect(keys(box.take(2099))).toEqual([]);
  expect(keys(box.take(2100))).toEqual(["a1"]);
});

test("a refused message fails with its reason, lets the next one go, and goes out again when the person asks", () => {
  const box = outbox();
  box.offer(message("a1"), 0);
  box.offer(message("a2"), 0);
  box.take(0);
  box.no(frame(no("a1", "bad_body")), 1);
  expect(box.find("a1")).toMatchObject({ state: "failed", failure: { code: "bad_body" } });
  expect(keys(box.take(1))).toEqual(["a2"]);
  box.ok(frame(ok("a2", 1)), 2);
  box.retry("a1");
  expect(keys(box.take(3))).toEqual(["a1"]);
});

test("what follows a refused start fails with it, and a retry starts first", () => {
  const box = outbox();
  box.offer(act("start", "s"), 0);
  box.offer(message("a1"), 0);
  box.take(0);
  expect(box.no(frame(no("s", "switched_off")), 1).map((entry) => entry.command.key)).toEqual(["s", "a1"]);
  box.retry("a1");
  expect(keys(box.take(2))).toEqual(["s"]);
});

test("a context that the server does not take is left out, and the question goes on", () => {
  const box = outbox();
  const refuse = (field: string) => box.no(frame({ ...no("s", "context_field", false), detail: { field } }), 1);
  const context = { module: "Chart 1234567", screen: "Orders", version: "24.3" };
  box.offer({ ...act("start", "s"), context, topic: "Chart 1234567" } as never, 0);
  box.offer(message("m"), 0);
  box.take(0);
  expect(refuse("module")).toEqual([]);
  expect(box.take(1)).toMatchObject([{ key: "s", topic: "", context: { screen: "Orders", version: "24.3" } }]);
  expect(refuse("*")).toEqual([]);
  expect(box.take(1)).toMatchObject([{ key: "s", context: {} }]);
  expect(keys(refuse("screen").map((entry) => entry.command))).toEqual(["s", "m"]); // nothing is left to leave out
});

test("a cut line sends again what was on its way, and only starts, messages and notes are offered to a restored database", () => {
  const box = outbox();
  for (const command of [act("start", "s"), message("m"), act("claim", "c"), message("open")]) box.offer(command, 0);
  for (const key of ["s", "m", "c"]) {
    box.take(0);
    box.ok(frame(ok(key, 1)), 0);
  }
  box.take(0);
  box.disconnected();
  box.offerAgain(1000);
  const order: string[] = [];
  for (let next = box.take(1000); next.length; next = box.take(1000)) {
    order.push(...keys(next));
    box.ok(frame(ok(order.at(-1) as string, 1)), 1000);
  }
  expect(order).toEqual(["s", "m", "open"]);
});

test("what was acknowledged more than a day ago is kept no longer", () => {
  const box = outbox();
  box.offer(message("old"), 0);
  box.take(0);
  box.ok(frame(ok("old", 1)), 0);
  expect(box.kept(86_399_999)).toHaveLength(1);
  expect(box.kept(86_400_000)).toHaveLength(0);
});

test("a claim does not outlive the page, a message and a rating do", () => {
  const box = outbox();
  for (const command of [act("claim", "c"), message("m"), act("rate", "r")]) box.offer(command, 0);
  expect(box.kept(0).map((each) => each.command.key)).toEqual(["m", "r"]);
});

test("whatever is cut, doubled or refused for a while, each lane stays in the order in which the person acted", () => {
  const steps = fc.array(fc.constantFrom("offer", "take", "ok", "old ok", "busy", "cut", "wait"), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (path) => {
      const box = outbox();
      const done: string[] = [];
      let [now, made, flying] = [0, 0, [] as string[]];
      const steps: Record<string, () => void> = {
        offer: () => box.offer(message(`k${made++}`), now),
        take: () => {
          flying = [...new Set([...flying, ...keys(box.take(now))])];
          expect(flying.length).toBeLessThanOrEqual(1);
        },
        ok: () => {
          for (const key of flying) if (box.ok(frame(ok(key, 1)), now)) done.push(key);
          flying = [];
        },
        "old ok": () => expect(done[0] ? box.ok(frame(ok(done[0], 1)), now) : null).toBeNull(),
        busy: () => {
          for (const key of flying) box.no(frame(no(key, "busy", true)), now);
          flying = [];
        },
        cut: () => {
          box.disconnected();
          flying = [];
        },
        wait: () => {
          now += 40_000;
        },
      };
      for (const step of path) steps[step]?.();
      expect(done).toEqual(done.map((_, at) => `k${at}`));
    }),
  );
});
