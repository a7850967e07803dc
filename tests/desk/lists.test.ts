// What the left column says of its lists.
import { expect, test } from "vitest";
import { emptyList } from "../../widget/src/core/lists";
import type { ClientState, List } from "../../widget/src/core/state";
import { countOf } from "../../widget/src/desk/lists";

const state = (list: Partial<List>, counts: Record<string, number> = {}) =>
  ({ counts, lists: { mentioned: { ...emptyList("mentioned"), loading: false, ...list } } }) as unknown as ClientState;
const rows = [{}, {}] as List["rows"];

test("mentions are counted as they come and go", () => {
  expect(countOf(state({ rows, count: 5 }), "mentioned")).toBe(2);
  expect(countOf(state({ rows: [], count: 5 }), "mentioned")).toBe(0);
});

test("of more mentions than are loaded the server knows the count", () => {
  expect(countOf(state({ rows, more: true, count: 70 }), "mentioned")).toBe(70);
});

test("every other list is counted by the server", () => {
  expect(countOf(state({}, { waiting: 7 }), "waiting")).toBe(7);
  expect(countOf(state({}), "waiting")).toBeNull();
});
