// How the facts of a call read on a timeline, to the contact and to agents. Pure; null: not a call's fact.
import type { Item } from "../../core/state";
import { type CallFactWords, callFactsEn } from "../../core/words/callFacts.en";
import { callFactsEs } from "../../core/words/callFacts.es";
import { time } from "./time";

export const callFactWords = (locale: string): CallFactWords =>
  locale.toLowerCase().startsWith("es") ? callFactsEs : callFactsEn;

/** Tells who `me` is, and how an agent's card reads to this reader; '' where it should not stand there. */
export interface Reading {
  words: CallFactWords;
  mine(item: Item): boolean;
  card(agent: unknown): string;
}

type Tell = (item: Item, reading: Reading) => string;

const nameOf = (value: unknown): string => String((value as { name?: unknown } | null | undefined)?.name ?? "");
const namesOf = (value: unknown): string => (Array.isArray(value) ? value.map(nameOf).join(", ") : "");
const carded = (text: string, { facts }: Item, { card }: Reading): string => {
  const agent = card(facts.agent);
  return agent ? `${text} · ${agent}` : text;
};
const who = (item: Item, { words, mine }: Reading): string =>
  mine(item) ? words.you : nameOf(item.facts.by) || item.author.name;

const TELL: Record<string, Tell> = {
  call_requested: (item, reading) =>
    reading.mine(item) ? reading.words.requestedYou : reading.words.requested(who(item, reading)),
  call_accepted: (item, reading) =>
    reading.mine(item) ? reading.words.acceptedYou : carded(reading.words.accepted(who(item, reading)), item, reading),
  call_invited: (item, reading) =>
    carded(reading.words.invited(who(item, reading), nameOf(item.facts.agent)), item, reading),
  call_joined(item, reading) {
    const joined = carded(reading.words.joined(who(item, reading)), item, reading);
    return item.facts.sees ? reading.words.sees(joined, namesOf(item.facts.sees)) : joined;
  },
  call_left: (item, reading) => (reading.mine(item) ? reading.words.leftYou : reading.words.left(who(item, reading))),
  call_media(item, reading) {
    const { words } = reading;
    const { screen, surface, seen_by, stopped_by, why } = item.facts;
    if (stopped_by) return words.screenStopped(nameOf(stopped_by), nameOf(item.facts.by));
    if (why) return words.switchedOff(who(item, reading));
    if (screen === true) {
      const what = (surface === "page" ? words.pageOn : words.screenOn)(who(item, reading));
      return seen_by ? words.seenBy(what, namesOf(seen_by)) : what;
    }
    return item.facts.camera === true ? words.cameraOn(who(item, reading)) : words.mediaOff(who(item, reading));
  },
  call_ended(item, { words }) {
    const why = String(item.facts.why ?? "");
    const what = (Object.hasOwn(words.ended, why) && words.ended[why]) || String(words.ended.hung_up);
    const { seconds } = item.facts;
    return typeof seconds === "number" ? words.lasted(what, time(seconds * 1000)) : what;
  },
};

export function callFact(item: Item, reading: Reading): string | null {
  return Object.hasOwn(TELL, item.kind) ? (TELL[item.kind]?.(item, reading) ?? null) : null;
}
