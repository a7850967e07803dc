// Which words the desk speaks: the reader's language where there is a catalogue, else English.
import { type DeskWords, deskEn } from "../core/words/desk.en";
import { deskEs } from "../core/words/desk.es";
import { refusalsEn } from "../core/words/refusals.en";
import { refusalsEs } from "../core/words/refusals.es";
import { uiEn } from "../core/words/ui.en";
import { uiEs } from "../core/words/ui.es";
import { type Reader, zoneOr } from "../ui/reader";

export interface Speech {
  words: DeskWords;
  reader: Reader;
}

/** Words and formats for a locale and a zone; the browser's own variant of the language says how times are written. */
export function speechFor(locale: string, languages: readonly string[], tz: string | null = null): Speech {
  const language = locale.slice(0, 2).toLowerCase();
  const spanish = language === "es";
  const own = languages.find((each) => each.toLowerCase().startsWith(language)) ?? locale;
  // The desk knows every code; the panel carries only those that a contact can meet.
  const ui = spanish ? { ...uiEs, refusal: refusalsEs } : { ...uiEn, refusal: refusalsEn };
  return { words: spanish ? deskEs : deskEn, reader: { words: ui, locale: own, tz: zoneOr(tz) } };
}
