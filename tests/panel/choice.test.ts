import { describe, expect, test } from "vitest";
import { choose, hasBegun, mayAskRating, ownRows } from "../../widget/src/panel/choice";
import { dana, minutesAgo, NOW, row, said, state, timeline } from "./builders";

const withRows = (...rows: ReturnType<typeof row>[]) => {
  const base = state();
  return { ...base, snapshot: base.snapshot && { ...base.snapshot, conversations: rows } };
};

describe("which conversation stands on the screen", () => {
  test("a new one, when there is nothing else", () => expect(choose(state(), "fresh", NOW)).toBe("fresh"));

  test("one that is open", () => {
    expect(choose(withRows(row("old"), row("open", { status: "waiting", rating: null })), "fresh", NOW)).toBe("open");
  });

  test("before all, one with something unsent: nothing typed is lost", () => {
    const one = timeline([said(dana, NOW, "a", { seq: null, delivery: "queued" })]);
    const known = { ...withRows(row("open", { status: "active" })), timelines: { one } };
    expect(choose(known, "fresh", NOW)).toBe("one");
  });

  test("one that ended minutes ago and was not rated, but not an older one", () => {
    expect(choose(withRows(row("ended", { rating: null, changed_at: minutesAgo(4) })), "fresh", NOW)).toBe("ended");
    expect(choose(withRows(row("ended", { rating: 4, changed_at: minutesAgo(4) })), "fresh", NOW)).toBe("fresh");
    expect(choose(withRows(row("ended", { rating: null, changed_at: minutesAgo(6) })), "fresh", NOW)).toBe("fresh");
  });

  test("a draft that was never sent comes back", () => {
    const drafts = { lost: { text: "I was about to", files: [], quote: null, mode: "message" as const } };
    expect(choose({ ...state(), drafts }, "fresh", NOW)).toBe("lost");
    expect(choose({ ...state(), drafts: { ...drafts, lost: { ...drafts.lost, text: "  " } } }, "fresh", NOW)).toBe(
      "fresh",
    );
  });
});

test("a row is known by its newest version, wherever that came from", () => {
  const known = withRows(row("a", { version: 1, status: "waiting" }));
  const lists = { mine: { name: "mine", rows: [row("a", { version: 2 })], more: false, loading: false, count: 1 } };
  expect(ownRows({ ...known, lists }).map((one) => one.status)).toEqual(["resolved"]);
});

test("a timeline has begun with its first item or its first state", () => {
  expect(hasBegun(undefined)).toBe(false);
  expect(hasBegun(timeline([], { status: "new" }))).toBe(false);
  expect(hasBegun(timeline([], { status: "waiting" }))).toBe(true);
  expect(hasBegun(timeline([said(dana, NOW, "a", { seq: null })], { status: "new" }))).toBe(true);
});

describe("asking how it went", () => {
  const ended = timeline([], { status: "resolved", askRating: true });
  test("once it is resolved, offered and not answered", () => {
    expect(mayAskRating(state(), ended, NOW)).toBe(true);
    expect(mayAskRating(state(), { ...ended, askRating: false }, NOW)).toBe(false);
    expect(mayAskRating(state(), { ...ended, rating: { score: 3, back_to_work: null } }, NOW)).toBe(false);
    expect(mayAskRating(state(), { ...ended, status: "active" }, NOW)).toBe(false);
  });
  test("never twice a day", () => {
    expect(mayAskRating(withRows(row("a", { rating: 5 })), ended, NOW)).toBe(false);
    expect(mayAskRating(withRows(row("a", { rating: 5, changed_at: minutesAgo(60 * 25) })), ended, NOW)).toBe(true);
  });
});
