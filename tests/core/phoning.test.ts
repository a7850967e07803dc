// Numbers by the examples that the server is held to, and a call back as a timeline has it.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { dialled, faultOf, lastNumber, phoningOf } from "../../widget/src/core/phoning";
import { phoningEn } from "../../widget/src/core/words/phoning.en";
import { phoningEs } from "../../widget/src/core/words/phoning.es";
import { phoningDeskEn } from "../../widget/src/core/words/phoningDesk.en";
import { phoningDeskEs } from "../../widget/src/core/words/phoningDesk.es";
import { phoningFactsEn } from "../../widget/src/core/words/phoningFacts.en";
import { phoningFactsEs } from "../../widget/src/core/words/phoningFacts.es";
import { phoningFact } from "../../widget/src/ui/phoning/facts";
import { item } from "../desk/builders";
import { sentences } from "./catalogues";

const numbers = JSON.parse(readFileSync(new URL("../wire/phoning/numbers.json", import.meta.url), "utf8")) as {
  good: { typed: string; kept: string; dialled: string }[];
  bad: string[];
};

test.each(numbers.good)("$typed can be dialled", ({ typed, kept, dialled: wanted }) => {
  expect([faultOf(typed), dialled(typed), dialled(kept)]).toEqual([null, wanted, wanted]);
});

test.each(numbers.bad)("'%s' cannot", (typed) => {
  expect(faultOf(typed)).not.toBeNull();
});

test("what is wrong with a number is told apart", () => {
  const typed = ["  ", "12", "+12345", "1234567890123456", "four", "4471;"];
  expect(typed.map(faultOf)).toEqual(["empty", "short", "short", "long", "odd", "odd"]);
});

const asked = (number: string, more = {}) => item("phone_asked", { body: { number }, ...more });
const tried = (outcome: string) => item("phone_tried", { facts: { outcome } });

describe("a call back", () => {
  test("is open from the request until somebody is reached, it is withdrawn, a call is answered or all is resolved", () => {
    const open = [asked("4471"), tried("no_answer")];
    expect(phoningOf(open)).toMatchObject({ number: "4471", tries: [{ kind: "phone_tried" }], wrong: false });
    for (const end of [tried("reached"), item("phone_withdrawn"), item("call_accepted"), item("resolved")])
      expect(phoningOf([...open, end])).toBeNull();
  });

  test("goes by the newest number, whose attempts are counted with those of the one before", () => {
    const items = [asked("4471"), tried("wrong_number")];
    expect(phoningOf(items)?.wrong).toBe(true);
    expect(phoningOf([...items, asked("4472")])).toMatchObject({ number: "4472", tries: [{}], wrong: false });
  });

  test("is none once its number is erased", () => {
    expect(phoningOf([asked("4471", { body: null, gone: "redacted" })])).toBeNull();
  });
});

test("a form begins with the number that was given last, unless that was taken back", () => {
  expect(lastNumber([asked("4471"), tried("reached")])).toBe("4471");
  expect(lastNumber([asked("4471"), item("phone_withdrawn")])).toBe("");
  expect(lastNumber([item("message")])).toBe("");
});

test("who reads what happened reads it in their own words, and no number in it", () => {
  const helen = { kind: "agent" as const, id: "helen", name: "Helen" };
  const read = (toContact: boolean, own: boolean) =>
    [
      asked("4471"),
      item("phone_tried", { author: helen, facts: { outcome: "no_answer" } }),
      item("phone_withdrawn"),
    ].map((each) => phoningFact(each, { locale: "en", toContact, mine: () => own, card: () => "" }));
  expect(read(true, false)[1]).toBe("Helen tried to phone you: no answer");
  expect(read(false, true)[1]).toBe("You tried to phone: no answer");
  expect([...read(true, true), ...read(false, false)].join()).not.toContain("4471");
  expect(phoningFact(item("message"), { locale: "en", toContact: true, mine: () => true, card: () => "" })).toBeNull();
});

test.each([
  [phoningEn, phoningEs],
  [phoningFactsEn, phoningFactsEs],
  [phoningDeskEn, phoningDeskEs],
])("Spanish says all that English says, and otherwise", (english, spanish) => {
  const own = new Map(sentences(spanish));
  expect([...own.keys()]).toEqual(sentences(english).map(([name]) => name));
  for (const [name, text] of sentences(english)) expect(own.get(name), name).not.toBe(text);
});
