import { expect, test } from "vitest";
import { panelEn } from "../../widget/src/core/words/panel.en";
import { uiEn } from "../../widget/src/core/words/ui.en";
import { linesOf } from "../../widget/src/panel/hours";
import { spelled } from "../../widget/src/panel/Reference";
import { waitFor } from "../../widget/src/panel/wait";

const said = { position: 2, waitS: 60, open: true, opensAt: null, at: 1_000_000 };
const after = (seconds: number) => waitFor(said, said.at + seconds * 1000, panelEn, uiEn);

test("the wait counts down from when it was said", () => {
  expect(after(0).text).toBe("Someone will be with you in about 1 minute.");
  expect(after(30).text).toBe("Someone will be with you in about 30 seconds.");
  expect(after(30).part).toBeCloseTo(0.5);
});

test("a wait that has run out is not promised again", () => {
  expect(after(55).text).toBe(panelEn.anyMoment);
  expect(after(120).text).toBe(panelEn.longerThanThought);
  expect(after(120).part).toBe(1);
});

test("an unknown wait is not invented", () => {
  expect(waitFor({ ...said, waitS: null }, said.at, panelEn, uiEn).text).toBe(panelEn.waitUnknown);
});

test("the place in line has its English ending", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(panelEn.place)).toEqual(
    "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 101st 111th".split(" "),
  );
});

test("a reference is read letter by letter", () => {
  expect(spelled("K7-204", "dash")).toBe("K, 7, dash, 2, 0, 4");
});

test("days with the same hours stand together", () => {
  const day: [string, string][] = [["07:00", "19:00"]];
  expect(linesOf({ tz: "UTC", days: [day, day, day, day, day, [], []] })).toEqual([
    { from: 0, to: 4, spans: day },
    { from: 5, to: 6, spans: [] },
  ]);
  expect(linesOf({ tz: "UTC", days: [] })).toEqual([]);
});
