// What an agent does to conversations: each verb asks the server and says in words what came of it.
import type { Outcome } from "../core/phoning";
import type { DeskWords } from "../core/words/desk.en";
import type { Talk } from "./model/talk";
import { moment } from "./model/times";
import type { Written } from "./model/view";
import type { World } from "./world";

export interface Packet {
  summary: string;
  tried: string;
  asked: string;
}
export type Target = { to_team: string } | { to_agent: string };
export type Urgency = "normal" | "high" | "care_blocked";
type Base = Omit<World, "acts">;
interface Spoken {
  desk: Pick<DeskWords, "claimLost" | "failed">;
  refusals: Record<string, string>;
}
type Answer = Awaited<ReturnType<World["desk"]["act"]>>;

/** What an agent says of a conversation that they open for a contact. */
export interface Opening {
  topic: string;
  channel: "phone" | "email" | "social";
  test: boolean;
}

const undoFor = 6000;
const shownFor = 5000;

/** What to tell the person about a refusal, in their language: by its code, never in the server's words. */
export function refusalWords(words: Spoken, answer: { code: string; detail: unknown }): string {
  if (answer.code === "already_claimed") {
    const winner = (answer.detail as { winner?: unknown } | null)?.winner;
    if (typeof winner === "string" && winner) return words.desk.claimLost(winner);
  }
  return (Object.hasOwn(words.refusals, answer.code) && words.refusals[answer.code]) || words.desk.failed;
}

/** Bind the verbs to a world. */
export function actsOn(world: Base) {
  const { desk, words, dispatch } = world;
  const timers = new Map<string, () => void>();
  const given = new Set<string>();

  function say(
    text: string,
    more: { bad?: boolean; undo?: (() => void) | null; id?: string; for?: number } = {},
  ): string {
    const id = more.id ?? desk.newId();
    dispatch({ kind: "notice", notice: { id, text, bad: more.bad ?? false, undo: more.undo ?? null } });
    if (!more.bad) setTimeout(() => dispatch({ kind: "dismiss", id }), more.for ?? shownFor);
    return id;
  }

  async function ask(verb: string, conversation: string | null, fields: object = {}): Promise<boolean> {
    let answer: Answer;
    try {
      answer = await desk.act(verb, conversation, fields);
    } catch {
      say(words.noLink, { bad: true, id: "act" });
      return false;
    }
    if (!answer.ok)
      say(refusalWords({ desk: words, refusals: world.reader.words.refusal }, answer), { bad: true, id: "act" });
    else dispatch({ kind: "dismiss", id: "act" });
    return answer.ok;
  }

  const chosen = (): Talk | null => world.talk.peek();

  async function simple(verb: string, done: string, fields: object = {}, undo: [string, string] | null = null) {
    const talk = chosen();
    if (!talk) return;
    const back = undo && (() => void ask(undo[0], talk.conversation).then((ok) => ok && say(undo[1])));
    if (await ask(verb, talk.conversation, fields)) say(done, { undo: back, for: back ? undoFor + 2000 : shownFor });
  }

  /** Delete after a moment in which it can be taken back; leaving the page does not take it back. */
  function remove(conversation: string, key: string, what: Written = "message") {
    if (timers.has(key)) return;
    const id = `leaving:${key}`;
    const end = (act: boolean) => {
      clearTimeout(timer);
      timers.delete(key);
      dispatch({ kind: "dismiss", id });
      if (!act) dispatch({ kind: "leaving", key, on: false });
      else
        void ask("delete", conversation, { target: key }).finally(() => dispatch({ kind: "leaving", key, on: false }));
    };
    const timer = setTimeout(() => end(true), undoFor);
    timers.set(key, () => end(true));
    dispatch({ kind: "leaving", key, on: true });
    say(words.deletedUndo[what], { id, undo: () => end(false), for: undoFor });
  }

  return {
    say,
    /** Whether this agent has just handed it away: losing sight of it is then no news. */
    gave: (conversation: string) => given.delete(conversation),
    claim: () => simple("claim", words.claimed),
    release: () => simple("release", words.released, { why: "" }, ["claim", words.claimed]),
    resolve: (askRating = true) =>
      simple("resolve", words.resolvedNotice, { ask_rating: askRating }, ["reopen", words.reopened]),
    reopen: () => simple("reopen", words.reopened),
    async urgency(urgency: Urgency) {
      const talk = chosen();
      if (talk && talk.urgency !== urgency) await ask("urgency", talk.conversation, { urgency });
    },
    async state(state: string, name: string) {
      if (await ask("state", null, { state })) say(words.stateSet(name), { id: "state" });
    },
    async handOver(conversation: string, target: Target, name: string, packet: Packet): Promise<boolean> {
      // Before the answer: the word that one may not see it any more can come first.
      given.add(conversation);
      const ok = await ask("hand_over", conversation, { ...target, packet });
      if (ok) say(words.handedOver(name));
      else given.delete(conversation);
      return ok;
    },
    async wait(conversation: string, on: "contact" | "third_party", until: number, why: string): Promise<boolean> {
      const ok = await ask("wait", conversation, { on, until, why });
      if (ok) say(words.waitSet(moment(until, world.now.peek(), world.reader)));
      return ok;
    },
    async attempt(conversation: string, outcome: Outcome, note: string, done: string): Promise<boolean> {
      const ok = await ask("phone_me.attempt", conversation, { outcome, note });
      if (ok) say(done);
      return ok;
    },
    async redact(conversation: string, target: string, why: string): Promise<boolean> {
      const ok = await ask("redact", conversation, { target, why });
      if (ok) say(words.redacted);
      return ok;
    },
    edit: (conversation: string, target: string, text: string) => ask("edit", conversation, { target, body: { text } }),
    remove,
    /** Do now what was waiting to be taken back: the page is being left. */
    settle: () => {
      for (const end of [...timers.values()]) end();
    },
    async openFor(contact: { id: string; name: string }, how: Opening): Promise<boolean> {
      const conversation = desk.newId();
      const fields = { contact: contact.id, ...how, context: {}, urgency: "normal" };
      if (!(await ask("start", conversation, fields))) return false;
      dispatch({ kind: "choose", conversation, row: null, place: 0 });
      dispatch({ kind: "focus", part: "composer" });
      say(words.openedFor(contact.name));
      return true;
    },
  };
}

export type Acts = ReturnType<typeof actsOn>;
