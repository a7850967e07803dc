import fc from "fast-check";
import { expect, test } from "vitest";
import { sizeOf, wellFormed } from "../../widget/src/core/fitting";
import { excess } from "../../widget/src/core/size";
import { message, no, ok, Person, sent } from "./builders";

const LIMITS = { text: 8192, frame: 16_384 };
const fits = (text: string) => excess(text, LIMITS) === 0;

test.each([
  ["letters", "a", 8192],
  ["letters with accents", "á", 4096],
  ["ideographs", "病", 2730],
  ["emoji", "🙂", 2048],
  ["line breaks", "\n", 6656],
  ["quotes", '"', 6656],
  ["other control characters", "\u0001", 2218],
])("as many %s fit as the server takes, and one more is one too many", (_what, letter, most) => {
  expect(excess(letter.repeat(most), LIMITS)).toBe(0);
  expect(excess(letter.repeat(most + 1), LIMITS)).toBe(1);
  expect(excess(letter.repeat(most + 30), LIMITS)).toBe(30);
});

test("whatever fits makes a frame that the server reads, with all that a message may carry", () => {
  const any = fc.string({ unit: "binary", maxLength: 9000, size: "max" });
  const carried = {
    files: Array.from({ length: 10 }, () => "f".repeat(64)),
    quote: "q".repeat(22),
    mentions: Array.from({ length: 20 }, () => "m".repeat(64)),
  };
  fc.assert(
    fc.property(any, (text) => {
      fc.pre(fits(text));
      const frame = { ...message("k".repeat(22), "c".repeat(22), text), audience: "house" };
      expect(sizeOf({ ...frame, body: { text, ...carried } })).toBeLessThanOrEqual(LIMITS.frame);
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(LIMITS.text);
    }),
    { numRuns: 50 },
  );
});

test("a command that no frame can hold fails on the device, and the next one goes", () => {
  const person = new Person().live();
  person.put({ kind: "command", command: message("large", "c", "\n".repeat(8192)) });
  expect(sent(person.outputs, "send")).toEqual([]);
  expect(person.timeline.items[0]).toMatchObject({ delivery: "failed", failure: { code: "too_large" } });
  person.put({ kind: "command", command: message("small") });
  expect(sent(person.outputs, "send")).toMatchObject([{ key: "small" }]);
});

test("what follows a command that no frame can hold is not left waiting", () => {
  const before = new Person().live();
  for (const each of [message("first"), message("large", "c", "病".repeat(6000)), message("last")])
    before.put({ kind: "command", command: each });
  before.hear(ok("first", 1));
  before.put({ kind: "tick" }, 1);
  expect(sent(before.outputs, "send").map((each) => "key" in each && each.key)).toEqual(["first", "last"]);
});

test("halves of characters are replaced before anything is kept or sent: no frame may hold them", () => {
  const person = new Person().live();
  person.put({ kind: "command", command: message("m", "c", "a\ud800b🙂\udc00") });
  expect(sent(person.outputs, "send")).toMatchObject([{ body: { text: "a\ufffdb🙂\ufffd" } }]);
  expect(wellFormed({ topic: ["\udfff"], n: 1, none: null })).toEqual({ topic: ["\ufffd"], n: 1, none: null });
});

test("an answer of the server that something is too large is a failure like any other", () => {
  const person = new Person().live();
  person.put({ kind: "command", command: message("m") });
  person.hear(no("m", "too_large"));
  expect(person.timeline.items[0]).toMatchObject({ delivery: "failed" });
});
