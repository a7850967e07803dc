import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answers } from "../../widget/src/core/answers";
import type { ClientFrame, EventFrame, ServerFrame } from "../../widget/src/core/frames";
import { golden, wire } from "./builders";

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

test("every golden event stands word for word in a golden timeline, where its effect is compared", () => {
  const lived = golden<{ events: EventFrame[] }>("timelines").flatMap(({ content }) => content.events);
  for (const { name, content } of outgoing) {
    const { frame } = content;
    if (frame.type !== "event") continue;
    const same = lived.filter(({ seq, kind, gone }) => seq === frame.seq && kind === frame.kind && gone === frame.gone);
    expect(same, name).toContainEqual(frame);
  }
});
