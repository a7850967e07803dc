import { describe, expect, test } from "vitest";
import { idleness } from "../../widget/src/panel/idleness";

const MINUTE = 60_000;

describe("somebody who gives no sign", () => {
  test.each([
    [0, "here"],
    [29 * MINUTE - 1, "here"],
    [29 * MINUTE, { secondsLeft: 60 }],
    [30 * MINUTE - 500, { secondsLeft: 1 }],
    [30 * MINUTE, "gone"],
    [8 * 60 * MINUTE, "gone"],
  ])("after %i ms of half an hour: %j", (silence, found) => {
    expect(idleness(1000, 1000 + silence, 30)).toEqual(found);
  });

  test("is asked at half time where the whole time is short", () => {
    expect(idleness(0, 29_999, 1)).toBe("here");
    expect(idleness(0, 30_000, 1)).toEqual({ secondsLeft: 30 });
  });

  test("stays for ever where the tenant wants it so", () => {
    expect(idleness(0, Number.MAX_SAFE_INTEGER, 0)).toBe("here");
  });
});
