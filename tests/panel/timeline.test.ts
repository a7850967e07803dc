import { describe, expect, test } from "vitest";
import { panelEn } from "../../widget/src/core/words/panel.en";
import { uiEn } from "../../widget/src/core/words/ui.en";
import { factText } from "../../widget/src/panel/facts";
import { moment } from "../../widget/src/panel/moments";
import { lastOwn, layOut } from "../../widget/src/ui/grouping";
import { clockTime, dayName, roughly, whenAgo } from "../../widget/src/ui/time";
import { dana, item, katrin, katrinCard, minutesAgo, NOW, said } from "./builders";

const reader = { words: uiEn, locale: "en-GB", tz: "UTC" };
const mine = (one: { author: { kind: string } }) => one.author.kind === "contact";
const kinds = (items: Parameters<typeof layOut>[0], zone = "UTC") =>
  layOut(items, { ...reader, tz: zone }, mine, (one) => factText(one, panelEn, reader)).map((row) => row.kind);

describe("how a timeline is laid out", () => {
  test("messages of one author within a minute stand together", () => {
    const items = [said(katrin, NOW, "a"), said(katrin, NOW + 59_000, "b"), said(katrin, NOW + 61_000, "c")];
    expect(kinds(items)).toEqual(["day", "group", "group"]);
  });

  test("another author begins a new group", () => {
    expect(kinds([said(katrin, NOW, "a"), said(dana, NOW + 1, "b")])).toEqual(["day", "group", "group"]);
  });

  test("a new day in the reader's zone is drawn, whatever UTC says", () => {
    const night = Date.UTC(2026, 10, 24, 4, 50);
    const items = [said(katrin, night, "a"), said(katrin, night + 20 * 60_000, "b")];
    expect(kinds(items)).toEqual(["day", "group", "group"]);
    expect(kinds(items, "America/New_York")).toEqual(["day", "group", "day", "group"]);
  });

  test("a fact that the contact need not see leaves no trace, not even a day", () => {
    expect(kinds([item("started", dana, minutesAgo(2000), { facts: { opened_by: "contact" } })])).toEqual([]);
  });

  test("whoever claims is disclosed with level, employer and country", () => {
    const text = factText(item("claimed", katrin, NOW, { facts: { agent: katrinCard } }), panelEn, reader);
    expect(text?.replaceAll("\u00a0", " ")).toBe("Katrin Lindqvist is here · Level 2 · Northwind · Ireland · 03:15");
  });

  test("a kind nobody has heard of is no fact, not even one that an object inherits", () => {
    expect(factText(item("constructor", katrin, NOW), panelEn, reader)).toBeNull();
    expect(factText(item("something_new", katrin, NOW), panelEn, reader)).toBeNull();
  });

  test("only the last own message that still stands carries its delivery", () => {
    const [first, gone] = [said(dana, NOW, "a"), said(dana, NOW, "b", { gone: "deleted" })];
    expect(lastOwn([first, gone, said(katrin, NOW, "c")], mine)).toBe(first.key);
  });
});

describe("how times read", () => {
  test("relative up to an hour, then the clock, then the day", () => {
    expect(whenAgo(NOW - 30_000, NOW, reader)).toBe("just now");
    expect(whenAgo(minutesAgo(1), NOW, reader)).toBe("1 minute ago");
    expect(whenAgo(minutesAgo(59), NOW, reader)).toBe("59 minutes ago");
    expect(whenAgo(minutesAgo(61), NOW, reader)).toBe("02:14");
    expect(whenAgo(minutesAgo(60 * 20), NOW, reader)).toBe("Yesterday, 07:15");
  });

  test("the clock is the reader's", () => {
    expect(clockTime(NOW, { ...reader, tz: "Asia/Tokyo" })).toBe("12:15");
  });

  test("another year is named", () => {
    expect(dayName(Date.UTC(2025, 1, 3), NOW, reader)).toContain("2025");
    expect(dayName(Date.UTC(2026, 1, 3), NOW, reader)).not.toContain("2026");
  });

  test("a moment to come is placed in the sentence", () => {
    expect(moment(Date.UTC(2026, 10, 24, 8), NOW, panelEn, reader)).toBe("at 08:00");
    expect(moment(Date.UTC(2026, 10, 25, 8), NOW, panelEn, reader)).toBe("tomorrow at 08:00");
    expect(moment(Date.UTC(2026, 10, 27, 8), NOW, panelEn, reader)).toContain("Friday");
  });

  test.each([
    [3, "10 seconds"],
    [41, "50 seconds"],
    [75, "1 minute"],
    [100, "2 minutes"],
    [3700, "2 hours"],
  ])("a wait of %i s reads '%s'", (seconds, text) => expect(roughly(seconds, uiEn)).toBe(text));
});
