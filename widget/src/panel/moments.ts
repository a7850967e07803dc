// How people and moments read to the contact. Pure.
import type { PanelWords } from "../core/words/panel.en";
import type { Reader } from "../ui/reader";
import { clockTime, dayKey, dayName } from "../ui/time";

// A line may break after the dot, not before it.
export const DOT = "\u00a0· ";

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

/** A moment to come, as it stands in a sentence: 'at 8:00', 'tomorrow at 8:00', 'Wednesday, November 25 at 8:00'. */
export function moment(at: number, now: number, words: PanelWords, reader: Reader): string {
  const time = clockTime(at, reader);
  const day = dayKey(at, reader);
  if (day === dayKey(now, reader)) return words.todayAt(time);
  if (day === dayKey(now + 86_400_000, reader)) return words.tomorrowAt(time);
  return words.dayAt(dayName(at, now, reader), time);
}
