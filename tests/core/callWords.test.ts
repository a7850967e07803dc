// What people read of calls: the same in both languages, and a sentence for every fact.
import { expect, test } from "vitest";
import { mos } from "../../widget/src/core/measure";
import type { Item } from "../../widget/src/core/state";
import { callEn } from "../../widget/src/core/words/call.en";
import { callEs } from "../../widget/src/core/words/call.es";
import { callFactsEn } from "../../widget/src/core/words/callFacts.en";
import { callFactsEs } from "../../widget/src/core/words/callFacts.es";
import { callFact } from "../../widget/src/ui/call/facts";
import { time } from "../../widget/src/ui/call/time";
import { golden } from "./builders";
import { sentences } from "./catalogues";

test.each([
  ["the call", callEn, callEs],
  ["its facts", callFactsEn, callFactsEs],
])("%s: Spanish has every word that English has, and says it in Spanish", (_name, english, spanish) => {
  const own = new Map(sentences(spanish));
  expect([...own.keys()]).toEqual(sentences(english).map(([name]) => name));
  for (const [name, text] of sentences(english)) expect(own.get(name), name).not.toBe(text);
});

const facts = golden<{ frame: Item }>(".")
  .filter(({ name }) => name.startsWith("event.call_"))
  .map(({ content }) => content.frame);

test.each([callFactsEn, callFactsEs])("every golden fact of a call is told, and says who did it", (words) => {
  expect(facts.length).toBeGreaterThan(6);
  for (const fact of facts) {
    const text = callFact(fact, { words, mine: () => false, card: () => "" });
    expect(text, fact.kind).toBeTruthy();
    expect(text).not.toMatch(/undefined|null|\[object/u);
    if (fact.kind !== "call_ended") expect(text).toContain(fact.author.name);
  }
});

test("one's own facts are told as one's own, and a stranger's kind is nobody's", () => {
  const reading = { words: callFactsEn, mine: () => true, card: () => "" };
  const [requested] = facts.filter(({ kind }) => kind === "call_requested");
  expect(callFact(requested as Item, reading)).toBe("You asked for a call");
  expect(callFact({ ...requested, kind: "constructor" } as Item, reading)).toBeNull();
});

test("a call's length reads like a clock", () => {
  expect([0, 65_000, 3_725_000].map(time)).toEqual(["0:00", "1:05", "1:02:05"]);
});

test("what a listener would say: good on a good line, bad where much is lost", () => {
  expect(mos(0, 40)).toBeGreaterThan(4.2);
  expect(mos(0.02, 200)).toBeLessThan(mos(0, 40));
  expect(mos(0.3, 600)).toBeLessThan(2);
});
