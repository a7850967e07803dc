// What is said of a screen that one shows: it comes with the first share.
import type { Carried } from "../../browser/carried";
import type { Note } from "../../browser/sharing";
import { type SharingWords, sharingEn } from "../../core/words/sharing.en";
import { sharingEs } from "../../core/words/sharing.es";

export const sharingWords = (locale: string): SharingWords =>
  locale.toLowerCase().startsWith("es") ? sharingEs : sharingEn;

/** What is amiss with what is shown, or has to be decided. */
export function noteOf(carried: Carried, words: SharingWords, answer?: ((yes: boolean) => void) | null): Note | null {
  const { surface, trouble } = carried.state.value;
  if (answer) {
    const choices: Note["choices"] = [
      [words.showNot, () => answer(false)],
      [words.showIt, () => answer(true)],
    ];
    return { text: words.uncovered, choices };
  }
  if (surface === "veiled") return { text: words.veiled, choices: [] };
  const { screen } = trouble;
  return screen ? { text: words.trouble[screen], choices: [] } : null;
}
