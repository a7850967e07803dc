// How the facts of a timeline read to the contact. Pure; null: nothing that they need to see.
import type { AgentCard, Team } from "../core/frames";
import type { Item } from "../core/state";
import type { PanelWords } from "../core/words/panel.en";
import type { Reader } from "../ui/reader";
import { clockTime, dayKey, dayName } from "../ui/time";

// A line may break after the dot, not before it.
const DOT = "\u00a0· ";

/** Who somebody is, to a contact: level, employer, country. */
export function cardOf(
  agent: { level: number; employer: string; country: string },
  words: PanelWords,
  locale: string,
): string {
  return [words.level(agent.level), agent.employer, countryName(agent.country, locale)].filter(Boolean).join(DOT);
}

/** A country by its name in the reader's language; what is not a code stays as it is. */
export function countryName(country: string, locale: string): string {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  try {
    return new Intl.DisplayNames([locale], { type: "region" }).of(country) ?? country;
  } catch {
    return country;
  }
}

type Tell = (item: Item, words: PanelWords, reader: Reader) => string | null;

const TELL: Record<string, Tell> = {
  started: (item, words) => (item.facts.opened_by === "agent" ? words.startedBySupport : null),
  claimed: (item, words, reader) => agentFact(item.facts.agent, words.isHere, words, reader),
  handed_over(item, words, reader) {
    const told = agentFact(item.facts.to_agent, words.handedToAgent, words, reader);
    const team = item.facts.to_team as Team | null;
    return told ?? (team ? words.handedToTeam(team.name) : null);
  },
  released: (_item, words) => words.steppedAway,
  returned: (_item, words) => words.steppedAway,
  waiting(item, words, reader) {
    if (item.facts.on === "contact") return words.waitingForYou;
    return words.waitingForOthers(
      typeof item.facts.until === "number" ? moment(item.facts.until, item.at, words, reader) : "",
    );
  },
  urgency: (item, words) => (item.facts.urgency === "care_blocked" ? words.markedBlocked : words.unmarkedBlocked),
  resolved: (_item, words) => words.resolved,
  reopened: (_item, words) => words.reopened,
  rated: (_item, words) => words.rated,
};

/** Word a fact with its time, or null. */
export function factText(item: Item, words: PanelWords, reader: Reader): string | null {
  const text = Object.hasOwn(TELL, item.kind) ? (TELL[item.kind]?.(item, words, reader) ?? null) : null;
  return text === null ? null : `${text}${DOT}${clockTime(item.at, reader)}`;
}

function agentFact(
  agent: unknown,
  say: (name: string, card: string) => string,
  words: PanelWords,
  reader: Reader,
): string | null {
  const card = agent as AgentCard | null | undefined;
  return card?.name ? say(card.name, cardOf(card, words, reader.locale)) : null;
}

/** A moment to come, as it stands in a sentence: 'at 8:00', 'tomorrow at 8:00', 'Wednesday, November 25 at 8:00'. */
export function moment(at: number, now: number, words: PanelWords, reader: Reader): string {
  const time = clockTime(at, reader);
  const day = dayKey(at, reader);
  if (day === dayKey(now, reader)) return words.todayAt(time);
  if (day === dayKey(now + 86_400_000, reader)) return words.tomorrowAt(time);
  return words.dayAt(dayName(at, now, reader), time);
}
