import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Output } from "../../widget/src/core/client";
import { event, message, sent, started, welcome } from "./builders";

const folder = mkdtempSync(join(tmpdir(), "pipe-"));
const built = join(folder, "pipe.mjs");
const root = join(import.meta.dirname, "..", "..");
beforeAll(() => {
  execFileSync(process.execPath, [join(root, "widget", "build.mjs"), "--pipe", built]);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  outputs?: Output[];
  view?: { timelines: { c?: { items: { key: string }[] } } };
  kept?: { commands: object[] } | null;
  error?: string;
}

const piped = (lines: object[]): Answer[] => {
  const { stdout } = spawnSync(process.execPath, [built], {
    input: lines.map((each) => `${JSON.stringify(each)}\n`).join(""),
    encoding: "utf8",
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
};
const input = (value: object, now = 0) => ({ client: "a", input: value, now });
const hear = (frame: object) => input({ kind: "frame", frame });
const write = (key: string) => input({ kind: "command", command: message(key) });
const life = (mutant: string | null, ...more: object[]) =>
  piped([
    { client: "a", create: { seed: 1, mutant } },
    input({ kind: "start", token: "t", device: "d", tab: "b", kept: null }),
    input({ kind: "subscribe", topic: "conversation:c" }),
    input({ kind: "opened" }),
    hear(welcome()),
    ...more,
  ]).slice(5);
const sending = (answers: Answer[], type: string) =>
  sent(
    answers.flatMap((each) => each.outputs ?? []),
    type,
  );

test("a client that crashed leaves what it kept for the next one", () => {
  const [, , kept] = life(null, write("m"), { client: "a", crash: true }, { client: "a", kept: true });
  expect(kept?.kept?.commands).toHaveLength(1);
});

test("the mutant without dedupe shows twice what comes twice; the true client does not", () => {
  const shown = (mutant: string | null) =>
    life(mutant, hear(started()), hear(event(2)), hear(event(2)), { client: "a", view: true }).at(-1)?.view?.timelines.c
      ?.items.length;
  expect([shown(null), shown("no_dedupe")]).toEqual([2, 3]);
});

test("the mutant without heads misses a lost last event; the true client asks for it", () => {
  const asks = (mutant: string | null) =>
    sending(life(mutant, hear({ type: "heads", at: 0, now: 0, heads: { c: 1 } })), "get").length;
  expect([asks(null), asks("no_heads")]).toEqual([1, 0]);
});

test("the mutant that pipelines has two of a lane on their way; the true client one", () => {
  const flying = (mutant: string | null) => sending(life(mutant, write("m1"), write("m2")), "send").length;
  expect([flying(null), flying("pipelining")]).toEqual([1, 2]);
});

test("the mutant without an epoch offers nothing again; the true client does", () => {
  const again = (mutant: string | null) => {
    const acked = { type: "ok", key: "m", conversation: "c", seq: 2, at: 0, duplicate: false, result: null };
    const restored = [
      input({ kind: "closed" }),
      input({ kind: "tick" }, 60_000),
      input({ kind: "opened" }, 60_000),
      hear(welcome({ epoch: "e2" })),
    ];
    return sending(life(mutant, write("m"), hear(acked), ...restored).slice(2), "send").length;
  };
  expect([again(null), again("no_epoch")]).toEqual([1, 0]);
});

test("what is not understood is said, and the next line is taken", () => {
  expect(
    piped([
      { client: "nobody", view: true },
      { client: "a", create: { seed: 1, mutant: "unknown" } },
    ]).map((each) => each.error),
  ).toEqual(["no client nobody", "no mutant unknown"]);
});
