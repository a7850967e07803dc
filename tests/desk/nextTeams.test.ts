// Enter in the hand-off dialog takes the first team: it should be the likeliest.
import { expect, test } from "vitest";
import type { Team } from "../../widget/src/core/frames";
import { nextTeams } from "../../widget/src/desk/model/nextTeams";

const teams = [
  { id: "claims", name: "Claims", level: 1 },
  { id: "clinical", name: "Clinical", level: 1 },
  { id: "second", name: "Clinical", level: 2 },
  { id: "third", name: "Platform", level: 3 },
] as Team[];
const order = (now: string | null) => nextTeams(teams, now).map(({ id }) => id);

test("the next level up comes first, and where it is now last", () => {
  expect(order("clinical")).toEqual(["second", "third", "claims", "clinical"]);
  expect(order("second")).toEqual(["third", "claims", "clinical", "second"]);
});

test("from the top it goes down by the nearest level", () => {
  expect(order("third")).toEqual(["second", "claims", "clinical", "third"]);
});

test("what is with no team leaves the order as it is", () => {
  expect(order(null)).toEqual(["claims", "clinical", "second", "third"]);
});
