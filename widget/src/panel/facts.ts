// How the facts of a timeline read to the contact. Pure; null: nothing that they need to see.
import type { AgentCard, Team } from "../core/frames";
import type { Item } from "../core/state";
import type { PanelWords } from "../core/words/panel.en";
import type { Reader } from "../ui/reader";
import { clockTime } from "../ui/time";
import { cardOf, DOT, moment } from "./moments";

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
