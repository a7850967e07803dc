// The catalogues, by language; what is not translated is English.
import { type PanelWords, panelEn } from "../core/words/panel.en";
import { panelEs } from "../core/words/panel.es";
import { type UiWords, uiEn } from "../core/words/ui.en";
import { uiEs } from "../core/words/ui.es";

const CATALOGUES: Record<string, { panel: PanelWords; ui: UiWords }> = {
  en: { panel: panelEn, ui: uiEn },
  es: { panel: panelEs, ui: uiEs },
};

/** The words for a locale such as 'es-MX'. */
export function wordsFor(locale: string): { panel: PanelWords; ui: UiWords } {
  const language = locale.toLowerCase().split(/[-_]/u)[0] ?? "en";
  return CATALOGUES[Object.hasOwn(CATALOGUES, language) ? language : "en"] as { panel: PanelWords; ui: UiWords };
}
