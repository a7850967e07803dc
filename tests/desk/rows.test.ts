import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrivals, look, title } from "../../widget/src/desk/model/arrivals";
import { due, ring } from "../../widget/src/desk/model/due";
import { neighbour, ordered, unseen } from "../../widget/src/desk/model/rows";
import { row, T } from "./builders";

describe("the list", () => {
  it("one's own go by deadline, blocked care first", () => {
    const rows = [
      row("late", { due_at: T + 90_000 }),
      row("none"),
      row("soon", { due_at: T + 10_000 }),
      row("care", { urgency: "care_blocked", due_at: T + 500_000 }),
    ];
    expect(ordered("mine", rows).map((each) => each.conversation)).toEqual(["care", "soon", "late", "none"]);
  });

  it("next goes on from where the chosen row stood, also once it has left", () => {
    const rows = [row("a"), row("b"), row("c")];
    expect(neighbour(rows, "a", 0, 1)).toBe("b");
    expect(neighbour(rows, "gone", 1, 1)).toBe("b");
    expect(neighbour(rows, "gone", 1, -1)).toBe("a");
    expect(neighbour([], "a", 0, 1)).toBeNull();
  });

  it("never leaves the list, wherever the chosen one is", () => {
    fc.assert(
      fc.property(
        fc.nat(8),
        fc.nat(12),
        fc.constantFrom(1 as const, -1 as const),
        fc.boolean(),
        (size, place, by, gone) => {
          const rows = Array.from({ length: size }, (_, index) => row(`c${index}`));
          const next = neighbour(rows, gone ? "gone" : `c${place % Math.max(1, size)}`, place, by);
          return size === 0 ? next === null : rows.some((each) => each.conversation === next);
        },
      ),
    );
  });

  it("only what the contact wrote counts as unseen", () => {
    expect(unseen(row("a", { head: 3, read: 2 }))).toBe(true);
    expect(unseen(row("a", { head: 3, read: 3 }))).toBe(false);
    expect(unseen(row("a", { head: 3, read: 2, last: { kind: "note", by: "agent" } }))).toBe(false);
  });
});

describe("the deadline", () => {
  it("fills towards it, says soon before it and late after it", () => {
    const waiting = row("a", { waiting_since: T, due_at: T + 100_000 });
    expect(due(waiting, T + 10_000)).toEqual({ tone: "calm", filled: 0.1, left: 90_000 });
    expect(due(waiting, T + 75_000)?.tone).toBe("soon");
    expect(due(waiting, T + 130_000)).toEqual({ tone: "late", filled: 1, left: -30_000 });
    expect(due(row("b"), T)).toBeNull();
  });

  it("never draws more than a ring nor less than a mark", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.nat(1_000_000), (shift, length) => {
        const mark = due(row("a", { waiting_since: T, due_at: T + length }), T + shift);
        const drawn = Number.parseFloat(ring(mark?.filled ?? 0, 56));
        return mark !== null && mark.filled >= 0 && mark.filled <= 1 && drawn > 0 && drawn <= 56;
      }),
    );
  });
});

describe("what rings", () => {
  const mine = row("m", { head: 4, read: 4, agent: { id: "a", name: "Kaja" } });

  it("nothing rings when the lists come for the first time", () => {
    expect(arrivals(null, [row("a")], [mine])).toEqual([]);
  });

  it("a new request, an answer, blocked care and a hand-off ring, each once", () => {
    const before = look([], [mine]);
    const answered = { ...mine, head: 5 };
    const blocked = row("b", { urgency: "care_blocked" });
    const phone = { ...mine, head: 5, last: { kind: "phone_asked", by: "contact" } };
    expect(arrivals(before, [], [phone]).map(({ why }) => why)).toEqual(["phone"]);
    const given = row("g", { last: { kind: "handed_over", by: "agent" } });
    const now = arrivals(before, [row("n"), blocked], [answered, given]);
    expect(now.map(({ conversation, why }) => [conversation, why])).toEqual([
      ["m", "answer"],
      ["g", "given"],
      ["n", "new"],
      ["b", "care_blocked"],
    ]);
    expect(arrivals(look([row("n"), blocked], [answered, given]), [row("n"), blocked], [answered, given])).toEqual([]);
  });

  it("what one claims or writes oneself does not ring", () => {
    const before = look([row("n")], [mine]);
    expect(arrivals(before, [], [mine, row("n", { last: { kind: "claimed", by: "agent" } })])).toEqual([]);
    expect(arrivals(before, [row("n")], [{ ...mine, head: 5, last: { kind: "message", by: "agent" } }])).toEqual([]);
  });

  it("the title holds a count and no name", () => {
    expect(title(3, "Desk")).toBe("(3) Desk");
    expect(title(0, "Desk")).toBe("Desk");
  });
});
