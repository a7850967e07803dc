// Who reads the screen: their words, locale and time zone. Given once at the root, used by every component below.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type UiWords, uiEn } from "../core/words/ui.en";

export interface Reader {
  words: UiWords;
  locale: string;
  tz: string;
}

export const ReaderContext = createContext<Reader>({ words: uiEn, locale: "en", tz: "UTC" });

export const useReader = (): Reader => useContext(ReaderContext);

/** The zone to show times in: the reader's own if the browser knows it, else that of the device. */
export function zoneOr(tz: string | null | undefined): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  if (!tz) return own;
  try {
    new Intl.DateTimeFormat("en", { timeZone: tz });
    return tz;
  } catch {
    return own;
  }
}

/** Whether a language is written from right to left. */
export const isRightToLeft = (locale: string): boolean => /^(ar|he|fa|ur|ps|sd|ug|yi|dv|ckb)\b/i.test(locale);
