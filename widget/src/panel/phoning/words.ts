// The catalogues of a call back, for a reader's locale.
import { type PhoningWords, phoningEn } from "../../core/words/phoning.en";
import { phoningEs } from "../../core/words/phoning.es";

export const phoningWords = (locale: string): PhoningWords =>
  locale.toLowerCase().startsWith("es") ? phoningEs : phoningEn;
