// How the facts of a call back read on a timeline. The number stands in none of them. Pure.
import type { Item } from "../../core/state";
import { type PhoningFactWords, phoningFactsEn } from "../../core/words/phoningFacts.en";
import { phoningFactsEs } from "../../core/words/phoningFacts.es";

export const phoningFactWords = (locale: string): PhoningFactWords =>
  locale.toLowerCase().startsWith("es") ? phoningFactsEs : phoningFactsEn;

/** Tells who `me` is, and whether the contact reads it; `card` of an agent who was not announced: '' to colleagues. */
interface Reading {
  locale: string;
  toContact: boolean;
  mine(item: Item): boolean;
  card(agent: unknown): string;
}

/** What happened, in a line; null: another kind of fact. */
export function phoningFact(item: Item, { locale, toContact, mine, card }: Reading): string | null {
  const words = phoningFactWords(locale);
  const { name } = item.author;
  if (item.kind !== "phone_tried") {
    const [other, own] = ofContact(item, words);
    return mine(item) ? own : (other?.(name) ?? null);
  }
  const say = toContact ? words.you : words.them;
  const told = card(item.facts.agent);
  const who = mine(item) ? words.agentYou : told ? `${name} (${told})` : name;
  return (say[String(item.facts.outcome)] ?? say.no_answer)?.(who) ?? null;
}

/** What a contact did, as others and as they themselves read it. */
function ofContact(item: Item, words: PhoningFactWords): [((who: string) => string) | null, string | null] {
  if (item.kind === "phone_withdrawn") return [words.withdrawn, words.withdrawnYou];
  if (item.kind !== "phone_asked") return [null, null];
  return item.facts.changed ? [words.changed, words.changedYou] : [words.asked, words.askedYou];
}
