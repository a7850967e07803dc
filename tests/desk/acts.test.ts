// What the desk's verbs ask of the server, compared with the golden frames.
import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { deskEn } from "../../widget/src/core/words/desk.en";
import { type Acts, actsOn } from "../../widget/src/desk/acts";
import type { World } from "../../widget/src/desk/world";
import { golden } from "../core/builders";

interface Golden {
  frame: { type: string; key: string; conversation: string | null; verb: string } & Record<string, unknown>;
}
const acts = new Map(
  golden<Golden>(".").flatMap(({ name, content: { frame } }) => (frame.type === "act" ? [[name, frame]] : [])),
);
const C = "c0nversat1onAAAAAAAAAA";
const key = "key03AAAAAAAAAAAAAAAAA";
const packet = { summary: "Signing fails", tried: "Logged in again", asked: "Look at the queue" };

/** The verbs of a desk where conversation C is chosen, and what they asked. */
function desk(answer: () => object = () => ({ ok: true })): { acts: Acts; asked: object[]; said: string[] } {
  const asked: object[] = [];
  const said: string[] = [];
  const act = (verb: string, conversation: string | null, fields: object = {}) => {
    asked.push({ ...fields, verb, conversation });
    return Promise.resolve(answer());
  };
  const world = {
    desk: { act, newId: () => "new" },
    words: deskEn,
    dispatch: ({ notice }: { notice?: { text: string } }) => notice && said.push(notice.text),
    talk: signal({ conversation: C, urgency: "normal" }),
    now: signal(0),
    reader: { locale: "en-US", tz: "UTC", words: { refusal: {} } },
  };
  return { acts: actsOn(world as unknown as World), asked, said };
}

const ways: Record<string, (acts: Acts) => unknown> = {
  claim: (acts) => acts.claim(),
  release: (acts) => acts.release(),
  hand_over: (acts) => acts.handOver(C, { to_team: "team_l2" }, "Second line", packet),
  wait: (acts) => acts.wait(C, "contact", 1_780_003_600_000, "They test it"),
  resolve: (acts) => acts.resolve(),
  reopen: (acts) => acts.reopen(),
  urgency: (acts) => acts.urgency("care_blocked"),
  edit: (acts) => acts.edit(C, key, "The order will not sign off"),
  redact: (acts) => acts.redact(C, key, "A patient's name"),
  "phone_me.attempt": (acts) => acts.attempt(C, "no_answer", "Rang for a minute", "Written down"),
  state: (acts) => acts.state("available", "Available"),
  delete: (acts) => {
    acts.remove(C, key);
    acts.settle();
  },
};

/** What a desk leaves to be said later, or says with other words than the golden frame. */
const differs: Record<string, object> = { release: { why: "" } };

test.each(Object.entries(ways))("%s", async (verb, way) => {
  const { acts: verbs, asked } = desk();
  await way(verbs);
  const { type: _type, key: _key, ...wanted } = acts.get(`act.${verb}.json`) as Golden["frame"];
  expect(asked).toEqual([{ ...wanted, ...differs[verb] }]);
});

test("every verb but the contact's own is one of the desk's", () => {
  const contacts = ["start", "rate", "equipment", "phone_me", "phone_me.withdraw"];
  // A call's acts go out from its own code: browser/phone.ts, tried in tests/browser/test_calls.py.
  const wanted = [...acts.keys()]
    .map((name) => name.slice("act.".length, -".json".length))
    .filter((verb) => !contacts.includes(verb) && !verb.startsWith("call."));
  expect(Object.keys(ways).sort()).toEqual(wanted.sort());
});

test("who loses sight of a conversation by handing it off is told only that it was handed off", async () => {
  let seen = false;
  const { acts: verbs } = desk(() => {
    seen = verbs.gave(C); // that it left one's sight comes before the answer
    return { ok: true };
  });
  await verbs.handOver(C, { to_team: "team_l2" }, "Second line", packet);
  expect(seen).toBe(true);
});

test("a hand-off that was refused excuses no later loss", async () => {
  const { acts: verbs } = desk(() => ({ ok: false, code: "not_yours", detail: null }));
  await verbs.handOver(C, { to_team: "team_l2" }, "Second line", packet);
  expect(verbs.gave(C)).toBe(false);
});

test("a deletion that can be taken back names what is deleted", () => {
  const { acts: verbs, said } = desk();
  verbs.remove(C, key, "note");
  verbs.settle();
  expect(said).toEqual(["Note deleted."]);
});
