import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventFrame } from "../../widget/src/core/frames";
import type { Timeline } from "../../widget/src/core/state";
import { emptyTimeline, reduce } from "../../widget/src/core/timeline";
import { event, golden, maria, sam, started } from "./builders";

const read = (events: EventFrame[], from: Timeline = emptyTimeline("c")) => events.reduce(reduce, from);

const outline = (timeline: Timeline) => ({
  seq: timeline.seq,
  status: timeline.status,
  reference: timeline.reference,
  urgency: timeline.urgency,
  agent: timeline.agent?.id ?? null,
  team: timeline.team?.id ?? null,
  rating: timeline.rating,
  askRating: timeline.askRating,
  on: timeline.on,
  until: timeline.until,
  items: timeline.items.map(({ key, seq, kind, body, gone, edited }) => ({
    ...{ key, seq, kind, gone, edited },
    text: kind === "message" || kind === "note" ? (body?.text ?? null) : null,
  })),
});

describe("golden timelines", () => {
  for (const { name, content } of golden<{ note: string; events: EventFrame[]; expected: object }>("timelines")) {
    test(`${name}: ${content.note}`, () => {
      expect(outline(read(content.events))).toEqual(content.expected);
    });
  }
});

test("a golden timeline joined anywhere, its texts erased meanwhile, ends as it does for a newcomer", () => {
  const [early, late] = ["everything", "read-later"].map(
    (name) =>
      golden<{ events: EventFrame[] }>("timelines").find((each) => each.name === `${name}.json`)?.content.events,
  );
  if (!early || !late) throw new Error("no such golden timeline");
  for (const cut of early.keys()) expect(read(late, read(early.slice(0, cut)))).toEqual(read(late));
});

/** A log as a server may write it, and the same log as somebody reads it who comes after all of it. */
const logs = fc
  .array(
    fc.record({
      what: fc.constantFrom("say", "note", "edit", "delete", "redact", "resolved", "reopened"),
      which: fc.nat(8),
    }),
    {
      maxLength: 30,
    },
  )
  .map((steps) => {
    const early = steps.reduce(written, [started()]);
    return { early, late: erased(early) };
  });

interface Step {
  what: string;
  which: number;
}

const targeting: Record<string, string> = { edit: "edited", delete: "deleted", redact: "redacted" };

function written(log: EventFrame[], { what, which }: Step): EventFrame[] {
  const seq = log.length + 1;
  if (what === "say") return [...log, event(seq, { author: which % 2 ? maria : sam })];
  if (what === "note") return [...log, event(seq, { kind: "note", audience: "staff", facts: { mentions: [] } })];
  const kind = targeting[what];
  if (!kind) return [...log, event(seq, { kind: what, key: null, body: null, facts: { ask_rating: true } })];
  const words = log.filter((each) => each.kind === "message" || each.kind === "note");
  const target = words[which % Math.max(1, words.length)];
  if (!target) return log;
  const body = kind === "edited" ? { text: `edit ${seq}`, files: [] } : null;
  return [
    ...log,
    event(seq, { kind, key: null, author: target.author, facts: { target: target.key, why: "x" }, body }),
  ];
}

/** Erasing takes the text out of the log itself; what remains says only that something was there. */
function erased(log: EventFrame[]): EventFrame[] {
  const gone = new Map<unknown, "deleted" | "redacted">();
  for (const each of log) {
    if (each.kind === "redacted") gone.set(each.facts.target, "redacted");
    if (each.kind === "deleted" && gone.get(each.facts.target) !== "redacted") gone.set(each.facts.target, "deleted");
  }
  const newest = new Map(log.filter(({ kind }) => kind === "edited").map((each) => [each.facts.target, each.seq]));
  return log.map((each) => {
    const target = each.kind === "edited" ? each.facts.target : each.key;
    const of = gone.get(target) ?? ((newest.get(target) ?? 0) > each.seq ? "edited" : null);
    return of ? { ...each, body: null, gone: of } : each;
  });
}

test("a snapshot plus the events after it equals a fresh snapshot, also where texts were erased meanwhile", () => {
  fc.assert(
    fc.property(logs, fc.nat(30), ({ early, late }, cut) => {
      const before = read(early.slice(0, cut));
      expect(read(late, before)).toEqual(read(late));
    }),
  );
});

test("any repetition and any order of frames leads no further than the numbers without a gap", () => {
  const shuffled = logs.chain(({ early }) =>
    fc.tuple(fc.constant(early), fc.array(fc.nat(early.length - 1), { maxLength: 90 })),
  );
  fc.assert(
    fc.property(shuffled, ([early, order]) => {
      const timeline = read(order.flatMap((at) => early[at] ?? []));
      expect(timeline).toEqual(read(early.slice(0, timeline.seq)));
    }),
  );
});

test("an edit that comes after the deletion brings no text back", () => {
  const log = [
    started(),
    event(2),
    event(3, { kind: "deleted", facts: { target: "key2" }, body: null }),
    event(4, { kind: "edited", facts: { target: "key2" }, body: { text: "back" } }),
  ];
  expect(read(log).items[1]).toMatchObject({ gone: "deleted", body: null });
});

test("nobody edits another author's message", () => {
  const log = [
    started(),
    event(2),
    event(3, { kind: "edited", author: maria, facts: { target: "key2" }, body: { text: "forged" } }),
  ];
  expect(read(log).items[1]?.body?.text).toBe("text 2");
});

test("whatever was written is taken out by its key, the context of the beginning too", () => {
  const redacted = (seq: number, target: string) =>
    event(seq, { kind: "redacted", key: null, author: sam, facts: { target }, body: null });
  const written = [
    { ...started(), key: "begun", body: { context: { module: "Fern Jane" } } },
    event(2, { kind: "packet", author: sam, key: "packed", audience: "staff", body: { summary: "Fern Jane" } }),
    event(3, { kind: "rated", author: maria, key: "judged", body: { comment: "Fern Jane" } }),
  ];
  const before = read(written);
  const after = read([redacted(4, "begun"), redacted(5, "packed"), redacted(6, "judged")], before);
  expect(JSON.stringify(before)).toContain("Fern Jane");
  expect(JSON.stringify(after)).not.toContain("Fern Jane");
  expect(after.context).toEqual({});
  expect(after.items.slice(0, 3).map(({ gone }) => gone)).toEqual(["redacted", "redacted", "redacted"]);
});
