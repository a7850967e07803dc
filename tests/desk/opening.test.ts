import { expect, it } from "vitest";
import { deskEn } from "../../widget/src/core/words/desk.en";
import { uiEn } from "../../widget/src/core/words/ui.en";
import { actsOn } from "../../widget/src/desk/acts";
import { talkOf } from "../../widget/src/desk/model/talk";
import { row } from "./builders";

it("a conversation that an agent opens says how the contact came, and whether it is a test", async () => {
  const asked: unknown[] = [];
  const act = async (verb: string, conversation: string | null, fields: object) => {
    asked.push({ verb, conversation, ...fields });
    return { ok: true };
  };
  const world = { desk: { act, newId: () => "c" }, words: deskEn, reader: { words: uiEn }, dispatch: () => {} };
  const acts = actsOn(world as unknown as Parameters<typeof actsOn>[0]);
  await acts.openFor({ id: "dana", name: "Dana Ruiz" }, { topic: "Signing", channel: "email", test: true });
  expect(asked).toEqual([
    {
      ...{ verb: "start", conversation: "c", contact: "dana", topic: "Signing", channel: "email", test: true },
      ...{ context: {}, urgency: "normal" },
    },
  ]);
});

it("references to other systems are shown beside where the contact is", () => {
  const state = { timelines: {}, lists: {}, me: null, snapshot: null };
  const held = row("c", { external: { ticket: "INC0012345" } });
  const talk = talkOf(state as unknown as Parameters<typeof talkOf>[0], { chosen: "c", row: held });
  expect(talk?.external).toEqual({ ticket: "INC0012345" });
});
