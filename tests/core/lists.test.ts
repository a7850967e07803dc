import { expect, test } from "vitest";
import type { ConversationRow, ServerFrame } from "../../widget/src/core/frames";
import { golden, Person, sent } from "./builders";

const ordinary = golden<{ frame: ServerFrame }>(".").find(({ name }) => name === "row.json")?.content
  .frame as ConversationRow;
const row = (conversation: string, over: Partial<ConversationRow> = {}) =>
  ({ ...ordinary, type: "row", list: "waiting", conversation, due_at: null, ...over }) as ServerFrame;
const listed = (next: string | null = null): ServerFrame => ({
  type: "listed",
  list: "waiting",
  more: next !== null,
  next,
  count: null,
});
const looking = () => {
  const person = new Person().live();
  person.put({ kind: "subscribe", topic: "list:waiting" });
  return person;
};
const shown = (person: Person) => person.client.state.lists.waiting?.rows.map((each) => each.conversation);

test("a row is put in its place by version: an older one changes nothing", () => {
  const person = looking();
  person.hear(row("a", { version: 7, topic: "new" }), row("a", { version: 6, topic: "old" }), listed());
  expect(person.client.state.lists.waiting?.rows).toMatchObject([{ topic: "new" }]);
});

test("blocked care comes first, then what came back, then the nearest deadline, then the longest wait", () => {
  const person = looking();
  person.hear(
    row("waits", { waiting_since: 5 }),
    row("waits longer", { waiting_since: 1 }),
    row("due", { due_at: 9 }),
    row("back", { front: true }),
    row("blocked", { urgency: "care_blocked" }),
    listed(),
  );
  expect(shown(person)).toEqual(["blocked", "back", "due", "waits longer", "waits"]);
});

test("what a fresh reading does not show again is gone", () => {
  const person = looking();
  person.hear(row("a"), row("b"), listed(), { type: "slow" }, row("b"), listed());
  expect(shown(person)).toEqual(["b"]);
});

test("a further page begins where the server said that the last one ended, and takes nothing away", () => {
  const person = looking();
  const more = () => sent(person.put({ kind: "more", list: "waiting" }), "subscribe");
  person.hear(row("a"), row("b"), listed("after b"));
  expect(more()).toMatchObject([{ topic: "list:waiting", before: "after b" }]);
  expect(more()).toEqual([]); // it is on its way
  person.hear(row("c"), listed("after c"));
  expect(more()).toMatchObject([{ before: "after c" }]);
  person.hear(listed());
  expect(shown(person)?.sort()).toEqual(["a", "b", "c"]);
  expect(more()).toEqual([]);
});

test("a conversation that is gone leaves the list", () => {
  const person = looking();
  person.hear(row("a"), listed(), { type: "gone", list: "waiting", conversation: "a" });
  expect(shown(person)).toEqual([]);
});

test("nothing is subscribed while the store, where its start may wait, is still sealed", () => {
  const person = new Person();
  person.put({ kind: "subscribe", topic: "conversation:c" });
  person.put({ kind: "start", token: "t", device: "d", tab: "b" });
  expect(sent(person.put({ kind: "opened" }), "hello")).toMatchObject([{ cursors: {} }]);
  person.hear(
    golden<{ frame: ServerFrame }>(".").find(({ name }) => name === "welcome.contact.json")?.content
      .frame as ServerFrame,
  );
  expect(sent(person.outputs, "subscribe")).toEqual([]);
  expect(sent(person.put({ kind: "kept", kept: null }), "subscribe")).toMatchObject([{ topic: "conversation:c" }]);
});
