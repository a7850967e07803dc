import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { answers } from "../../widget/src/core/answers";
import type { ClientFrame, ServerFrame } from "../../widget/src/core/frames";
import { golden, Person, wire } from "./builders";

interface Golden {
  note: string;
  direction: "in" | "out";
  frame: ServerFrame | ClientFrame;
}
const files = golden<Golden>(".");
const outgoing = files.filter(({ content }) => content.direction === "out");

test("there is a golden frame for everything that a client understands", () => {
  const there = new Set(outgoing.map(({ content }) => content.frame.type));
  expect([...there].sort()).toEqual(Object.keys(answers).sort());
});

test("there is a golden frame for every kind of event that the protocol's table names", () => {
  const page = readFileSync(join(wire, "..", "..", "docs", "protocol.md"), "utf8");
  const table = page.slice(page.indexOf("| kind | audience"), page.indexOf('`{"type":"unsubscribe"'));
  const named = table
    .split("\n")
    .slice(2)
    .flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1]));
  const there = new Set(outgoing.flatMap(({ content: { frame } }) => (frame.type === "event" ? [frame.kind] : [])));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((kind) => !there.has(kind as string))).toEqual([]);
});

describe("a client takes every golden frame", () => {
  for (const { name, content } of outgoing) {
    test(`${name}: ${content.note}`, () => {
      const person = new Person().live();
      person.put({ kind: "subscribe", topic: "list:waiting" });
      const before = person.client.state;
      person.hear(content.frame as ServerFrame);
      expect(person.client.state.link).toMatch(/^(live|retrying|ended)$/);
      expect(Object.keys(person.client.state).sort()).toEqual(Object.keys(before).sort());
    });
  }
});
