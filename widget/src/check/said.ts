// How a finding reads, and what is to be changed. Pure.
import type { Result, Step } from "../core/equipment";
import { type CheckWords, checkEn } from "../core/words/check.en";
import { checkEs } from "../core/words/check.es";

export const checkWords = (locale: string): CheckWords => (locale.toLowerCase().startsWith("es") ? checkEs : checkEn);

/** Where the check runs: its own origin, whether another page is around it, and the relay's address by each way. */
export interface Around {
  origin: string;
  framed: boolean;
  places: Partial<Record<Step, string>>;
}

const FEATURES: Partial<Record<Step, string>> = {
  microphone: "microphone",
  camera: "camera",
  screen: "display-capture",
};
const POLICIES: Partial<Record<Step, string>> = {
  microphone: "AudioCaptureAllowed",
  camera: "VideoCaptureAllowed",
  screen: "ScreenCaptureAllowed",
};

/** What was found, in a sentence. */
export function said({ step, state, code }: Result, words: CheckWords): string {
  if (state === "waiting") return words.waiting;
  if (state === "trying") return words.trying;
  return words.said[step]?.[code] ?? words.states[state];
}

/** What IT would have to change; '' where there is nothing. */
export function change({ step, state, code }: Result, words: CheckWords, around: Around): string {
  if (state !== "bad" && state !== "notice") return "";
  const feature = FEATURES[step];
  if (feature && code === "forbidden")
    return around.framed ? words.change.framed(feature, around.origin) : words.change.managed(POLICIES[step] ?? "");
  if (code === "system") return words.change.system(words.steps[step]);
  if (code === "refused") return words.change.refused;
  return changeOfWay(step, code, words, around);
}

function changeOfWay(step: Step, code: string, words: CheckWords, around: Around): string {
  const place = around.places[step] ?? "";
  if (code === "unnamed") return words.change.unnamed(place);
  if (code !== "failed") return "";
  if (step === "udp" || step === "tcp" || step === "tls") return words.change[step](place);
  if (step === "socket") return words.change.socket(around.origin);
  return step === "echo" ? words.change.echo : "";
}

/** Host and port of a relay's address. */
export const placeOf = (url: string): string => url.replace(/^turns?:/u, "").replace(/\?.*$/u, "");

/** How it stands on the whole; null while it is not all known. */
export function whole(results: readonly Result[]): "good" | "notice" | "bad" | null {
  if (results.some(({ state }) => state === "waiting" || state === "trying")) return null;
  // Where one way to a relay is open, a call gets through: the others are worth knowing.
  if (results.some(({ state }) => state === "bad")) return "bad";
  return results.some(({ state }) => state === "notice") ? "notice" : "good";
}

/** All of it as text, for a ticket. */
export function asText(results: readonly Result[], words: CheckWords, around: Around, browser: string): string {
  const lines = results.map((result) => {
    const todo = change(result, words, around);
    const { state } = result;
    const mark = state === "waiting" || state === "trying" ? words.waiting : words.states[state];
    return `[${mark}] ${words.steps[result.step]}: ${said(result, words)}${todo ? `\n    ${todo}` : ""}`;
  });
  return [around.origin, browser, ...lines].join("\n");
}
