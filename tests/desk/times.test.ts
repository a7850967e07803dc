// Times are on the reader's clock, wherever the device stands.
import { describe, expect, it } from "vitest";
import { fromLocalInput, localInput, moment, tomorrowMorning } from "../../widget/src/desk/model/times";
import { speechFor } from "../../widget/src/desk/words";

const at = (text: string) => Date.parse(text);
const reader = (tz: string) => speechFor("en", ["en-GB"], tz).reader;
const chicago = reader("America/Chicago");
const kathmandu = reader("Asia/Kathmandu");

describe("the reader's zone", () => {
  it("is the agent's own, and that of the device where the agent's is not known", () => {
    expect(moment(at("2026-11-22T14:30:00Z"), at("2026-11-22T14:00:00Z"), chicago)).toBe("08:30");
    expect(reader("Nowhere/Land").tz).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it("is the one in which a date is entered", () => {
    expect(localInput(at("2026-11-22T14:30:00Z"), chicago)).toBe("2026-11-22T08:30");
    expect(fromLocalInput("2026-11-22T08:30", chicago)).toBe(at("2026-11-22T14:30:00Z"));
    expect(localInput(at("2026-11-22T14:30:00Z"), kathmandu)).toBe("2026-11-22T20:15");
    expect(fromLocalInput("", chicago)).toBeNaN();
  });

  it("goes there and back at every hour around a change of the clocks", () => {
    for (let hour = 0; hour < 72; hour += 1) {
      const moment = at("2026-03-07T00:30:00Z") + hour * 3_600_000;
      expect(fromLocalInput(localInput(moment, chicago), chicago)).toBe(moment);
    }
  });

  it("says when tomorrow morning is, also over the night in which the clocks change", () => {
    expect(tomorrowMorning(at("2026-11-22T03:00:00Z"), chicago)).toBe(at("2026-11-22T15:00:00Z"));
    expect(tomorrowMorning(at("2026-03-07T20:00:00Z"), chicago)).toBe(at("2026-03-08T14:00:00Z"));
    expect(tomorrowMorning(at("2026-11-22T20:00:00Z"), kathmandu)).toBe(at("2026-11-24T03:15:00Z"));
  });
});
