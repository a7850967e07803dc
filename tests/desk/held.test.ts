// What the right column says of a conversation in which no answer is due.
import { expect, test } from "vitest";
import { deskEn } from "../../widget/src/core/words/desk.en";
import { held } from "../../widget/src/desk/model/held";
import type { Talk } from "../../widget/src/desk/model/talk";
import type { Reader } from "../../widget/src/ui/reader";

const reader = { locale: "en-US", tz: "UTC" } as Reader;
const at = Date.UTC(2026, 10, 23, 14, 30);
const say = (talk: object) => held({ until: null, row: null, ...talk } as Talk, deskEn, at, reader);

test("whoever waits in a queue is not forgotten because the last word was ours", () => {
  expect(say({ status: "waiting", row: { waiting_since: at } })).toBe("In the queue since 2:30 PM");
});

test("what is put off says until when", () => {
  expect(say({ status: "pending", until: at, row: { waiting_since: null } })).toBe("until 2:30 PM");
});

test("what an agent works on and has answered owes nothing", () => {
  expect(say({ status: "active", row: { waiting_since: null } })).toBe("Nothing is due");
});
