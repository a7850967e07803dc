// The catalogues of the call, for a reader's locale.
import { type CallWords, callEn } from "../../core/words/call.en";
import { callEs } from "../../core/words/call.es";

export const callWords = (locale: string): CallWords => (locale.toLowerCase().startsWith("es") ? callEs : callEn);
