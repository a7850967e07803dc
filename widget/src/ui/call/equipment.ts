// How the fact of an equipment check reads. Apart from a call's own, as no call needs it. Pure.
import type { Item } from "../../core/state";
import { equipmentEn } from "../../core/words/equipment.en";
import { equipmentEs } from "../../core/words/equipment.es";

/** What was found, in a line; null: another kind of fact. */
export function equipmentFact(item: Item, mine: boolean, locale: string): string | null {
  if (item.kind !== "equipment") return null;
  const words = locale.toLowerCase().startsWith("es") ? equipmentEs : equipmentEn;
  const parts = Object.entries(words.equipment).flatMap(([name, by]) => by[String(item.facts[name])] ?? []);
  const whose = mine ? words.equipmentYou : words.equipmentOf(item.author.name);
  return `${whose}: ${parts.join(", ") || words.untested}`;
}
