// A call's core: two of them always understand each other, whatever is lost, repeated or overtaken between them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Wired } from "./calls";

const seeded = (seed: number) => () => {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const sound = (world: Wired) => {
  const [a, b] = [world.a.connection, world.b.connection];
  expect(world.a.generation).toBe(world.generation);
  expect(world.b.generation).toBe(world.generation);
  for (const connection of [a, b]) {
    expect(connection?.signaling).toBe("stable");
    expect(connection?.settled).toBeGreaterThan(0);
  }
};
const count = (world: Wired, name: "a" | "b", bytes: number) =>
  world[name].receive({
    kind: "sample",
    other: name === "a" ? "b" : "a",
    generation: world[name].generation,
    sample: { bytes, lost: 0, rtt: 20, relayed: false },
  });
const kinds = (world: Wired, name: "a" | "b") => world[name].outputs.map(({ kind }) => kind);

/** What can happen to two who call each other. */
const happenings: Record<string, (world: Wired) => void> = {
  step: () => undefined,
  "both restart": (world) => [world.a, world.b].map((side) => side.connection?.restart()),
  "a restarts": (world) => world.a.connection?.restart(),
  "cut a": (world) => world.cut("a"),
  "cut b": (world) => world.cut("b"),
  "mend a": (world) => world.mend("a"),
  "mend b": (world) => world.mend("b"),
  "reload a": (world) => world.reload("a"),
  "reload b": (world) => world.reload("b"),
  pass: (world) => world.pass(300),
};

describe("two who call each other", () => {
  test("the one that does not give way makes the first offer, and one exchange is enough", () => {
    const world = new Wired();
    world.join();
    world.settle();
    sound(world);
    expect(world.a.connection?.settled).toBe(1);
  });

  test("nobody makes a connection before the server has said where the relays are", () => {
    const world = new Wired();
    world.a.receive({ kind: "frame", frame: world.roster("a") });
    expect(kinds(world, "a")).not.toContain("make");
  });

  test("a contact makes no connection with an agent whose card they have not seen, and takes no offer of theirs", () => {
    const world = new Wired();
    world.a.stages = false;
    world.join();
    world.settle();
    expect(world.a.core.state.others.map(({ id, presence, way }) => [id, presence, way])).toEqual([
      ["b", "joined", "waiting"],
    ]);
    expect(kinds(world, "a")).not.toContain("make");
    expect(world.a.connection).toBeNull();
    expect(kinds(world, "b")).toContain("make"); // an agent is told who it is by the bell
    world.a.receive({ kind: "shown", other: "b" });
    world.settle();
    sound(world);
  });

  test("in every order of losses, repetitions, collisions, cut lines and reloads they end in agreement", () => {
    const acts = fc.array(fc.constantFrom(...Object.keys(happenings)), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1 }), acts, (seed, course) => {
        const world = new Wired(seeded(seed));
        world.join();
        for (const what of course) {
          happenings[what]?.(world);
          for (let steps = 0; steps < 5; steps += 1) world.step();
        }
        world.mend("a");
        world.mend("b");
        world.settle();
        sound(world);
      }),
      { numRuns: 400 },
    );
  });

  test("a signal of an older connection changes nothing, and is acknowledged so that it stops", () => {
    const world = new Wired();
    world.join();
    world.settle();
    const before = world.b.connection?.remote;
    const stale = { type: "signal" as const, id: "x", call: "call", from: "a", generation: 0, n: 1 };
    world.b.receive({ kind: "frame", frame: { ...stale, description: { type: "offer", sdp: "old" } } });
    expect(world.b.connection?.remote).toBe(before);
    expect(world.b.outputs.at(-2)).toEqual({ kind: "send", frame: { type: "signal_ack", id: "x" } });
  });
});

describe("when the way breaks", () => {
  const running = () => {
    const world = new Wired();
    world.join();
    world.settle();
    world.quiet = true;
    count(world, "a", 1);
    world.a.outputs = [];
    return world;
  };
  const wait = (world: Wired, ms: number) => {
    for (let gone = 0; gone < ms; gone += 500) world.pass(500);
  };

  test("on another network ICE restarts at once, whoever is polite", () => {
    const world = running();
    for (const name of ["a", "b"] as const) {
      world[name].outputs = [];
      world[name].receive({ kind: "moved" });
      expect(world[name].outputs).toContainEqual(expect.objectContaining({ order: { kind: "restart" } }));
    }
  });

  test("the polite one waits for the other to restart: two restarts at once undo each other", () => {
    const world = running();
    count(world, "b", 1);
    world.b.outputs = [];
    const restarts = (name: "a" | "b") =>
      world[name].outputs.filter((each) => each.kind === "order" && each.order.kind === "restart").length;
    wait(world, 4_000);
    expect([restarts("a"), restarts("b")]).toEqual([1, 0]);
    wait(world, 1_500);
    expect(restarts("b")).toBeGreaterThan(0);
  });

  test("after two quiet seconds ICE restarts, after five through a relay, after ten anew, after thirty it is said", () => {
    const world = running();
    wait(world, 2_000);
    const orders = () => world.a.outputs.flatMap((each) => (each.kind === "order" ? [each.order.kind] : []));
    expect(orders()).toEqual(["restart"]);
    expect(world.a.core.state.others[0]?.way).toBe("troubled");
    wait(world, 3_000);
    expect(kinds(world, "a")).toContain("relay");
    wait(world, 5_000);
    const renewed = world.a.outputs.filter((each) => each.kind === "send" && each.frame.type === "call_here");
    expect(renewed).toHaveLength(1);
    wait(world, 20_000);
    expect(world.a.core.state.over).toBe("lost");
    expect(world.a.outputs.filter((each) => each.kind === "act").map((each) => "verb" in each && each.verb)).toEqual([
      "call.leave",
      "call.report",
    ]);
  });

  test("whatever arrives again ends the trouble", () => {
    const world = running();
    wait(world, 3_000);
    count(world, "a", 2);
    wait(world, 500);
    expect(world.a.core.state.others[0]?.way).toBe("open");
  });

  test("nobody is looked for whose page is gone", () => {
    const world = running();
    const frame = world.roster("a");
    const participants = frame.participants.map((one) =>
      one.id === "b" ? { ...one, presence: "interrupted" as const } : one,
    );
    world.a.receive({ kind: "frame", frame: { ...frame, version: 99, participants } });
    world.a.outputs = [];
    wait(world, 29_000);
    expect(kinds(world, "a").filter((kind) => kind === "order")).toEqual([]);
    expect(world.a.core.state.over).toBeNull();
  });

  test("without the server for five seconds no picture goes out, and the connection stays; then it goes on", () => {
    const world = running();
    world.cut("a");
    wait(world, 5_500);
    expect(world.a.outputs).toContainEqual({ kind: "pictures", on: false });
    expect(world.a.connection?.closed).toBe(false);
    const generation = world.generation;
    world.quiet = false;
    world.mend("a");
    world.settle();
    expect(world.a.outputs).toContainEqual({ kind: "pictures", on: true });
    expect(world.generation).toBe(generation);
  });

  test("what is switched off in the call is closed, not opened again, and may be again once it is on", () => {
    const world = running();
    const hear = (off: "camera"[]) => {
      world.off = off;
      world.version += 1;
      world.a.outputs = [];
      world.a.receive({ kind: "frame", frame: world.roster("a") });
    };
    const want = () => world.a.receive({ kind: "want", device: "camera", on: true });
    const opened = () => world.a.outputs.flatMap((each) => (each.kind === "device" ? [each.on] : []));
    want();
    hear(["camera"]);
    hear(["camera"]); // said again it is no news
    expect(opened()).toEqual([]);
    expect(world.a.core.state.mine.camera).toBe(false);
    want();
    expect(opened()).not.toContain(true);
    expect(world.a.core.state.trouble.camera).toBe("off");
    hear([]);
    want();
    expect(opened()).toEqual([true]);
  });

  test("a call that the server ended, or moved elsewhere, closes every device", () => {
    for (const end of ["ended", "elsewhere"] as const) {
      const world = running();
      if (end === "elsewhere") world.a.receive({ kind: "frame", frame: { type: "call_elsewhere", call: "call" } });
      else world.a.receive({ kind: "frame", frame: { ...world.roster("a"), version: 99, phase: "ended" } });
      expect(world.a.core.state.over).toBe(end);
      expect(world.a.connection?.closed).toBe(true);
      const closed = world.a.outputs.flatMap((each) => (each.kind === "device" && !each.on ? [each.device] : []));
      expect(closed).toEqual(["voice", "camera", "screen"]);
    }
  });
});

describe("devices", () => {
  test("a device that is not there leaves the call as it is, and says why", () => {
    const world = new Wired();
    world.join();
    world.a.receive({ kind: "device", device: "voice", trouble: "missing" });
    expect(world.a.core.state).toMatchObject({ over: null, mine: { voice: false }, trouble: { voice: "missing" } });
    world.settle();
    sound(world);
  });

  test("the camera is told once its picture runs, and at once when it stops", () => {
    const world = new Wired();
    world.join();
    world.a.outputs = [];
    world.a.receive({ kind: "want", device: "camera", on: true });
    expect(kinds(world, "a")).toEqual(["device"]);
    world.a.receive({ kind: "device", device: "camera", trouble: null });
    world.a.receive({ kind: "want", device: "camera", on: false });
    const told = world.a.outputs.flatMap((each) => (each.kind === "act" ? [each.fields] : []));
    expect(told).toMatchObject([{ camera: true }, { camera: false }]);
  });

  test("where packets are lost for long, the picture makes room for the voice", () => {
    const world = new Wired();
    world.join();
    world.settle();
    world.a.receive({ kind: "want", device: "camera", on: true });
    for (let second = 1; second < 20; second += 1)
      world.a.receive({
        kind: "sample",
        other: "b",
        generation: world.a.generation,
        sample: { bytes: second, lost: 0.4, rtt: 90, relayed: true },
      });
    expect(world.a.core.state).toMatchObject({ stepped: true, quality: "poor", mine: { camera: false, voice: true } });
  });
});
