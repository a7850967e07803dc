// The catalogue of the window, for a reader's locale.
import { type WindowWords, windowEn } from "../core/words/window.en";
import { windowEs } from "../core/words/window.es";

export const windowWords = (locale: string): WindowWords =>
  locale.toLowerCase().startsWith("es") ? windowEs : windowEn;
