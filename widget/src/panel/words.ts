// The catalogues, by language; what is not translated is English. Other languages are fetched when they are wanted.
import { signal } from "@preact/signals";
import { type PanelWords, panelEn } from "../core/words/panel.en";
import { type UiWords, uiEn } from "../core/words/ui.en";

export interface Words {
  panel: PanelWords;
  ui: UiWords;
}

const english: Words = { panel: panelEn, ui: uiEn };
const fetched = signal<Record<string, Words>>({});

const FETCH: Record<string, () => Promise<Words>> = {
  es: () => import("./words.es").then((module) => module.spanish),
};

/** Why something was refused, by language: nobody needs to know before it happens. */
const refusals = signal<Record<string, UiWords["refusal"]>>({});

export function learnRefusals(known: Record<"en" | "es", UiWords["refusal"]>): void {
  refusals.value = known;
}

const AGAIN = 10_000;
const asked = new Set<string>();

const languageOf = (locale: string): string => locale.toLowerCase().split(/[-_]/u)[0] ?? "";

/** The words for a locale such as 'es-MX', as far as they are here; reading them again tells when they come. */
export function wordsFor(locale: string): Words {
  const language = languageOf(locale);
  const here = Object.hasOwn(fetched.value, language) ? fetched.value[language] : undefined;
  const words = here ?? english;
  const refusal = refusals.value[here ? language : "en"];
  return refusal ? { ...words, ui: { ...words.ui, refusal } } : words;
}

/** Fetch the words for a locale. A failure leaves English, for a while: whoever asks again later, tries again. */
export async function fetchWords(locale: string): Promise<void> {
  const language = languageOf(locale);
  if (!Object.hasOwn(FETCH, language) || asked.has(language)) return;
  asked.add(language);
  const words = await FETCH[language]?.().catch(() => null);
  if (words) fetched.value = { ...fetched.peek(), [language]: words };
  else setTimeout(() => asked.delete(language), AGAIN);
}
