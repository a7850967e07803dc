// The catalogues of the call, for a reader's locale: of another language than English they come when they are wanted.
import { signal } from "@preact/signals";
import { type CallWords, callEn } from "../../core/words/call.en";

const AGAIN = 2_000;
const spanish = signal<CallWords | null>(null);
let asked = false;

/** The words for a locale; null until they are here, and whoever reads them is told when they come. */
export function callWords(locale: string): CallWords | null {
  if (!locale.toLowerCase().startsWith("es")) return callEn;
  if (!asked) fetchThem();
  return spanish.value;
}

function fetchThem(): void {
  asked = true;
  import("../../core/words/call.es").then(
    ({ callEs }) => {
      spanish.value = callEs;
    },
    () => setTimeout(fetchThem, AGAIN),
  );
}
