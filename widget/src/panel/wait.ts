// What an honest wait says: never a promise that has already been broken. Pure.
import type { ClientState } from "../core/state";
import type { PanelWords } from "../core/words/panel.en";
import type { UiWords } from "../core/words/ui.en";
import { roughly } from "../ui/time";

type Place = ClientState["queue"][string];

export interface Wait {
  left: number | null; // seconds
  part: number; // how much of it has passed, 0 to 1
  text: string;
}

/** How long it will still take, counted down from when it was said. */
export function waitFor(place: Place, now: number, words: PanelWords, units: UiWords): Wait {
  if (place.waitS === null) return { left: null, part: 0, text: words.waitUnknown };
  const passed = Math.max(0, (now - place.at) / 1000);
  const left = place.waitS - passed;
  const part = place.waitS > 0 ? Math.min(1, passed / place.waitS) : 1;
  if (left > 10) return { left, part, text: words.aboutToAnswer(roughly(left, units)) };
  return { left: 0, part, text: left > -20 ? words.anyMoment : words.longerThanThought };
}
