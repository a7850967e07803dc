import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEAD_AFTER, Link, OPENING, WAKING } from "../../widget/src/core/link";

const linked = (random = 0.5) => {
  const link = new Link(() => random);
  link.start(0);
  link.opened(0);
  link.welcomed(15_000, 0);
  return link;
};

test("it says hello when the line is open, and is live once it is greeted", () => {
  const link = new Link(() => 0.5);
  expect(link.start(0)).toEqual(["connect"]);
  expect(link.opened(1)).toEqual(["hello"]);
  expect(link.phase).toBe("connecting");
  link.welcomed(15_000, 2);
  expect(link.phase).toBe("live");
});

test("it pings at every heartbeat, and is dead after 35 s of silence", () => {
  const link = linked();
  expect(link.tick(14_999)).toEqual([]);
  expect(link.tick(15_000)).toEqual(["ping"]);
  expect(link.tick(30_000)).toEqual(["ping"]);
  expect(link.tick(DEAD_AFTER)).toEqual(["close"]);
  expect(link.phase).toBe("retrying");
});

test("anything heard keeps it alive", () => {
  const link = linked();
  link.heard(30_000);
  expect(link.tick(DEAD_AFTER)).not.toContain("close");
});

test("a doubt gives the line three seconds, and another doubt meanwhile no more than that", () => {
  const link = linked();
  expect(link.doubt(1000)).toEqual(["ping"]);
  expect(link.doubt(2000)).toEqual([]);
  expect(link.wakeAt()).toBe(1000 + WAKING);
  expect(link.tick(1000 + WAKING)).toEqual(["close", "connect"]);
});

test("on waking it pings, and takes a new line if nothing answers within 3 s", () => {
  const link = linked();
  expect(link.nudge(1000)).toEqual(["ping"]);
  expect(link.tick(1000 + WAKING)).toEqual(["close", "connect"]);
  const answered = linked();
  answered.nudge(1000);
  answered.heard(1500);
  expect(answered.tick(1000 + WAKING)).toEqual([]);
});

test("becoming visible ends a pause at once", () => {
  const link = linked();
  link.closed(0);
  expect(link.nudge(1)).toEqual(["connect"]);
});

test("a server that asked for patience gets it, whoever looks", () => {
  const link = linked();
  link.bye({ code: "too_fast", reconnect: "later", after_ms: 5000 }, 0);
  expect(link.nudge(4999)).toEqual([]);
  expect(link.nudge(5000)).toEqual(["connect"]);
});

test("an opening that leads nowhere is given up", () => {
  const link = new Link(() => 0.5);
  link.start(0);
  expect(link.tick(OPENING)).toEqual(["close"]);
  expect(link.phase).toBe("retrying");
});

test("pauses are anything up to a bound that doubles from half a second to 30 s", () => {
  const link = new Link(() => 1);
  const pauses: number[] = [];
  let now = 0;
  link.start(now);
  for (let time = 0; time < 9; time++) {
    link.closed(now);
    pauses.push((link.retryAt ?? 0) - now);
    now = link.retryAt ?? 0;
    link.tick(now);
  }
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("no pause is longer than 30 s, nor shorter than the server asked for", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.nat(60_000),
      (luck, after) => {
        let at = 0;
        const link = new Link(() => luck[at++ % luck.length] ?? 0);
        let now = 0;
        for (const _ of luck) {
          link.start(now);
          link.bye({ code: "too_fast", reconnect: "later", after_ms: after }, now);
          const pause = (link.retryAt ?? 0) - now;
          expect(pause).toBeGreaterThanOrEqual(after);
          expect(pause).toBeLessThanOrEqual(after + 30_000);
          now = link.retryAt ?? 0;
        }
      },
    ),
  );
});

describe("the end", () => {
  test("a drain moves at a random moment within the time given", () => {
    const link = linked(0.25);
    link.drain(8000, 0);
    expect(link.tick(1999)).toEqual([]);
    expect(link.tick(2000)).toEqual(["close", "connect"]);
  });

  test("an expired token asks for a fresh one, and connects with it", () => {
    const link = linked();
    expect(link.bye({ code: "expired", reconnect: "now", after_ms: null }, 0)).toEqual(["close", "renew"]);
    expect(link.tick(60_000)).toEqual([]);
    expect(link.identified(60_000)).toEqual(["connect"]);
  });

  test("never means never", () => {
    const link = linked();
    expect(link.bye({ code: "ended", reconnect: "never", after_ms: null }, 0)).toEqual(["close", "ended"]);
    expect(link.phase).toBe("ended");
    expect(link.nudge(1)).toEqual([]);
  });
});
