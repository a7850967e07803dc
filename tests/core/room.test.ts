// A call whose media move to a room, and back: what the core asks for, and what it leaves alone meanwhile.
import { expect, test } from "vitest";
import { type CallFrame, ROOM } from "../../widget/src/core/callFrames";
import { Wired } from "./calls";

function running(): Wired {
  const world = new Wired();
  world.join();
  world.settle();
  world.a.outputs = [];
  return world;
}

/** Tell that media flow through a room from now on, or between the browsers again. */
function moves(world: Wired, generation: number, room: boolean): void {
  const frame: CallFrame = { ...world.roster("a"), version: 90 + generation };
  const others = frame.pairs.map((pair) => ({ ...pair, polite: room || pair.polite, generation }));
  const pairs = room ? [{ with: ROOM, polite: false, generation }, ...others] : others;
  world.a.receive({ kind: "frame", frame: { ...frame, pairs } });
}
const made = (world: Wired) =>
  world.a.outputs.flatMap((one) => (one.kind === "make" ? [[one.other, one.generation, one.polite]] : []));
const unmade = (world: Wired) => world.a.outputs.flatMap((one) => (one.kind === "unmake" ? [one.other] : []));
const sample = (world: Wired, other: string, bytes: number) =>
  world.a.receive({ kind: "sample", other, generation: 2, sample: { bytes, lost: 0, rtt: 20, relayed: false } });

test("it offers to the room, answers what comes of the others, and lets nothing go that still carries the call", () => {
  const world = running();
  moves(world, 2, true);
  expect(made(world)).toEqual([
    [ROOM, 2, false],
    ["b", 2, true],
  ]);
  expect(unmade(world)).toEqual([]);
  expect(world.a.core.state.others.map(({ id }) => id)).toEqual(["b"]); // a room is nobody
  world.a.receive({ kind: "pair", other: ROOM, generation: 2, input: { kind: "needed" } });
  expect(world.a.outputs.at(-1)).toMatchObject({ kind: "wake" });
  expect(world.a.outputs).toContainEqual({ kind: "order", other: ROOM, order: { kind: "offer" } });
});

test("the way is not called lost while the next one is being made", () => {
  const world = running();
  world.now += 1_400; // nothing came for nearly as long as may be
  moves(world, 2, true);
  world.now += 1_000;
  world.a.receive({ kind: "tick" });
  expect(world.a.core.state.others[0]?.way).toBe("open");
});

test("back between the browsers the room's connection ends, and the others' begin anew", () => {
  const world = running();
  moves(world, 2, true);
  world.a.outputs = [];
  moves(world, 3, false);
  expect(made(world).map(([other, generation]) => [other, generation])).toEqual([["b", 3]]);
  expect(unmade(world)).toEqual([ROOM]);
});

test("whoever cannot reach the room for half a minute has left, though others are heard", () => {
  const world = running();
  moves(world, 2, true);
  for (let second = 1; second < 32; second += 1) {
    world.now += 1_000;
    sample(world, "b", second);
    world.a.receive({ kind: "tick" });
  }
  expect(world.a.core.state.over).toBe("lost");
});
