// The catalogue of a call back at the desk, for a reader's locale.
import { type PhoningDeskWords, phoningDeskEn } from "../../core/words/phoningDesk.en";
import { phoningDeskEs } from "../../core/words/phoningDesk.es";

export const phoningDeskWords = (locale: string): PhoningDeskWords =>
  locale.toLowerCase().startsWith("es") ? phoningDeskEs : phoningDeskEn;
