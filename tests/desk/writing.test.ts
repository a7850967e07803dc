import { describe, expect, it } from "vitest";
import { cannedFor, cannedQuery, filled, spliced } from "../../widget/src/desk/model/canned";
import { draftOf, draftPlace, isBlank, modeOf } from "../../widget/src/desk/model/drafts";
import { ranked } from "../../widget/src/desk/model/matching";
import { colleaguesFor, mentionQuery, mentionsIn } from "../../widget/src/desk/model/mentions";
import { firstView, reduceView } from "../../widget/src/desk/model/view";
import { state } from "./builders";

const canned = [
  { id: "1", title: "Hello", shortcut: "hello", text: "Hello {name}" },
  { id: "2", title: "Sign out and in", shortcut: "signout", text: "Please sign out" },
  { id: "3", title: "Reference", shortcut: "ref", text: "Say hello with {reference}" },
];
const people = [
  { id: "a", name: "Priit Tamm" },
  { id: "b", name: "Priit Tammsaare" },
  { id: "c", name: "Ana María López" },
];

describe("canned replies", () => {
  it("open by a slash at the beginning or after a space, and nowhere else", () => {
    expect(cannedQuery("/he", 3)).toEqual({ from: 0, query: "he" });
    expect(cannedQuery("Hi /re", 6)).toEqual({ from: 3, query: "re" });
    expect(cannedQuery("1/2", 3)).toBeNull();
    expect(cannedQuery("https://x", 9)).toBeNull();
    expect(cannedQuery("/he llo", 7)).toBeNull();
  });

  it("are found by shortcut, title and text, in this order", () => {
    expect(cannedFor(canned, "hel").map(({ id }) => id)).toEqual(["1", "3"]);
    expect(cannedFor(canned, "OUT").map(({ id }) => id)).toEqual(["2"]);
    expect(cannedFor(canned, "")).toHaveLength(3);
  });

  it("are filled with what is known; an unknown name stays to be seen", () => {
    const known = { name: "Dana", agent: "Kaja", reference: "K7" };
    expect(filled("{{name}} {{my_name}} {{reference}} {{other}} {{toString}}", known)).toBe(
      "Dana Kaja K7 {{other}} {{toString}}",
    );
    expect(filled("{{name}}", { ...known, name: "" })).toBe("{{name}}");
    expect(filled("{{name}}", { ...known, name: "{{my_name}}" })).toBe("{{my_name}}");
    expect(filled("{{first_name}}", { ...known, name: "Dr. Ravi Menon" })).toBe("Ravi");
  });

  it("take the place of what was typed", () => {
    expect(spliced("Hi /he there", 3, 6, "Hello")).toEqual({ text: "Hi Hello there", caret: 8 });
  });
});

describe("mentions", () => {
  it("are found by any part of a name, without accents", () => {
    expect(colleaguesFor(people, "lop").map(({ id }) => id)).toEqual(["c"]);
    expect(colleaguesFor(people, "maria").map(({ id }) => id)).toEqual(["c"]);
    expect(mentionQuery("see @Pri", 8)).toEqual({ from: 4, query: "Pri" });
    expect(mentionQuery("mail@host", 9)).toBeNull();
  });

  it("tell exactly those whose full name stands there", () => {
    expect(mentionsIn("ask @Ana María López", people)).toEqual(["c"]);
    expect(mentionsIn("ask @Priit", people)).toEqual([]);
    expect(mentionsIn("ask @Priit Tammsaare today", people)).toEqual(["b"]);
    expect(mentionsIn("ask @Priit Tamm, and @Priit Tammsaare", people)).toEqual(["a", "b"]);
  });
});

describe("reply and note", () => {
  const note = { text: "Between us", files: [], quote: null, mode: "note" as const };

  it("are kept in two places, so that switching the mode shows the other text, never the same", () => {
    const held = state({ drafts: { [draftPlace("c", "note")]: note } });
    expect(draftOf(held, "c", "note")?.text).toBe("Between us");
    expect(draftOf(held, "c", "message")).toBeNull();
  });

  it("a note that lies in the reply's place is not offered as a reply", () => {
    expect(draftOf(state({ drafts: { c: note } }), "c", "message")).toBeNull();
  });

  it("opens in the mode chosen last, else where something is unfinished", () => {
    const held = state({ drafts: { [draftPlace("c", "note")]: note } });
    expect(modeOf(held, {}, "c")).toBe("note");
    expect(modeOf(held, { c: "message" }, "c")).toBe("message");
    expect(modeOf(state(), {}, "c")).toBe("message");
    const chosenOnly = { ...note, text: "", audience: "house" as const };
    expect(modeOf(state({ drafts: { [draftPlace("c", "note")]: chosenOnly } }), {}, "c")).toBe("message");
  });

  it("a note that in-house people alone may read is still theirs when its text is gone", () => {
    const empty = { ...note, text: "" };
    expect(isBlank(empty)).toBe(true);
    expect(isBlank({ ...empty, audience: "staff" })).toBe(true);
    expect(isBlank({ ...empty, audience: "house" })).toBe(false);
  });
});

describe("the command bar", () => {
  it("finds by beginning, by initials and by words", () => {
    const all = ["Hand off", "Write a note", "Go to Waiting", "Wait"];
    expect(ranked(all, "wa", (each) => each)[0]).toBe("Wait");
    expect(ranked(all, "ho", (each) => each)).toEqual(["Hand off"]);
    expect(ranked(all, "note wri", (each) => each)).toEqual(["Write a note"]);
    expect(ranked(all, "xyz", (each) => each)).toEqual([]);
  });
});

describe("the view", () => {
  it("another list leaves the open conversation open", () => {
    const view = reduceView({ ...firstView, chosen: "c" }, { kind: "list", list: "mine" });
    expect([view.list, view.chosen]).toEqual(["mine", "c"]);
  });

  it("holds the last three notices, one of each name", () => {
    const notice = (id: string, text = id) => ({
      kind: "notice" as const,
      notice: { id, text, bad: false, undo: null },
    });
    const after = ["a", "b", "c", "d"].reduce((view, id) => reduceView(view, notice(id)), firstView);
    expect(after.notices.map(({ id }) => id)).toEqual(["b", "c", "d"]);
    expect(reduceView(after, notice("c", "again")).notices.map(({ text }) => text)).toEqual(["b", "d", "again"]);
  });
});
