// What happened, in one quiet line each.
import type { Item } from "../../core/state";
import type { DeskWords } from "../../core/words/desk.en";
import { equipmentFact } from "../../ui/call/equipment";
import { callFact, callFactWords } from "../../ui/call/facts";
import { phoningFact } from "../../ui/phoning/facts";
import type { Reader } from "../../ui/reader";
import { moment } from "./times";

interface Telling {
  words: DeskWords;
  reader: Reader;
  now: number;
  me: string;
}
type Tell = (item: Item, telling: Telling) => string;

const named = (value: unknown): string => {
  const name = (value as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? name : "";
};
const who = (item: Item, { words, me }: Telling) => (item.author.id === me ? words.you : item.author.name);

const channels: Record<string, keyof DeskWords> = {
  panel: "channelPanel",
  phone: "channelPhone",
  email: "channelMail",
  social: "channelSocial",
};

function started(item: Item, telling: Telling): string {
  const { words } = telling;
  if (item.author.kind === "agent") return words.startedFor(who(item, telling), named(item.facts.contact));
  const channel = words[channels[String(item.facts.channel)] ?? "channelPanel"] as string;
  const screen = item.body?.context?.module ?? item.body?.context?.screen ?? "";
  return screen ? words.started(screen, channel) : words.startedPlain(channel);
}

function waiting(item: Item, { words, reader, now }: Telling): string {
  const third = item.facts.on === "third_party";
  if (typeof item.facts.until !== "number") return third ? words.waitsForThirdOpen : words.waitsForContactOpen;
  const until = moment(item.facts.until, now, reader);
  return third ? words.waitsForThird(until) : words.waitsForContact(until);
}

function urgency(item: Item, telling: Telling): string {
  const { words } = telling;
  const names: Record<string, string> = { high: words.urgencyHigh, care_blocked: words.urgencyBlocked };
  return words.urgencySet(who(item, telling), names[String(item.facts.urgency)] ?? words.urgencyNormal);
}

function rated(item: Item, { words }: Telling): string {
  const back = item.facts.back_to_work;
  const parts = [
    typeof item.facts.score === "number" ? words.rated(item.facts.score) : words.ratedNone,
    ...(back === true ? [words.backToWork] : back === false ? [words.notBackToWork] : []),
    ...(item.body?.comment ? [`“${item.body.comment}”`] : []),
  ];
  return parts.join(" · ");
}

const tellings: Record<string, Tell> = {
  started,
  claimed: (item, telling) => telling.words.claimedBy(who(item, telling)),
  released: (item, telling) => telling.words.releasedBy(who(item, telling)),
  returned: (item, { words }) => words.returnedBy(named(item.facts.agent) || item.author.name),
  handed_over: (item, telling) =>
    telling.words.handedTo(who(item, telling), named(item.facts.to_agent) || named(item.facts.to_team)),
  waiting,
  woken: (_item, { words }) => words.woken,
  waiting_why: (item, { words, reader }) => (item.gone ? goneWords(item, reader) : words.why(item.body?.why ?? "")),
  urgency,
  resolved: (item, telling) => telling.words.resolvedBy(who(item, telling)),
  reopened: (item, telling) => telling.words.reopenedBy(who(item, telling)),
  rated,
};

/** Say that something was written here, and is no more. */
export const goneWords = (item: Item, reader: Reader): string =>
  item.gone === "redacted" ? reader.words.redactedMessage : reader.words.deletedMessage;

/** A fact in words; a kind from a newer server says at least that something changed. */
export function factText(item: Item, telling: Telling): string {
  const { words, reader, me } = telling;
  const known = tellings[item.kind];
  if (known) return known(item, telling);
  const mine = (each: Item) => each.author.id === me;
  // Colleagues know one another: no card.
  const told = callFact(item, { words: callFactWords(reader.locale), mine, card: () => "" });
  const { locale } = reader;
  const own = told ?? equipmentFact(item, mine(item), locale);
  return own ?? phoningFact(item, { locale, toContact: false, mine, card: () => "" }) ?? words.somethingHappened;
}
