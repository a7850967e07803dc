// Being phoned: what counts as a number, and what a timeline says of a call back. Pure.
import type { Item } from "./state";

export type Outcome = "reached" | "no_answer" | "busy" | "wrong_number";
export const OUTCOMES: readonly Outcome[] = ["reached", "no_answer", "busy", "wrong_number"];
export const NUMBER_MAX = 60;

/** Why nobody could dial what was typed. */
export type Fault = "empty" | "short" | "long" | "odd";

// The server's rule (domain/phoning.py), held to it by tests/wire/phoning: digits with what people put between them.
const NUMBER =
  /^(\+?)(\(?\d(?:[ ./()-]{0,3}\d){2,14})\)?(?:[ ,;]{0,2}(?:x|#|ext\.?|extension|extensión|anexo|int\.?)[ =:]{0,2}(\d{1,8}))?$/iu;
const LEAST_INTERNATIONAL = 7;

const cleaned = (text: string): string => text.trim().split(/\s+/u).join(" ");
const digitsOf = (text: string): string => text.replace(/\D/gu, "");

/** What is wrong with a number, in one word that can be told; null: it can be dialled. */
export function faultOf(text: string): Fault | null {
  const digits = digitsOf(text).length;
  const found = NUMBER.exec(cleaned(text));
  if (!text.trim()) return "empty";
  if (found) return found[1] && digitsOf(found[2] ?? "").length < LEAST_INTERNATIONAL ? "short" : null;
  if (!/^[+\d\s./()-]*$/u.test(text)) return "odd";
  return digits < 3 ? "short" : digits > 15 ? "long" : "odd";
}

/** What a `tel:` link holds: digits, and the extension as RFC 3966 has it. */
export function dialled(number: string): string {
  const [, plus = "", digits = "", extension] = NUMBER.exec(cleaned(number)) ?? [];
  return plus + digitsOf(digits) + (extension ? `;ext=${extension}` : "");
}

/** A call back that is open: the number that counts, and what came of it so far. */
export interface Phoning {
  key: string;
  number: string;
  at: number;
  tries: Item[];
  /** The last attempt found somebody else: the contact has to give another number. */
  wrong: boolean;
}

/** The call back that is open in a timeline, if one is. */
export function phoningOf(items: readonly Item[]): Phoning | null {
  return items.reduce<Phoning | null>(after, null);
}

function after(open: Phoning | null, item: Item): Phoning | null {
  if (item.kind === "phone_asked") {
    const number = item.body?.number;
    const tries = open?.tries ?? [];
    return number ? { key: item.key, number, at: item.at, tries, wrong: false } : null;
  }
  if (!open) return null;
  if (item.kind === "phone_tried" && item.facts.outcome !== "reached") {
    return { ...open, tries: [...open.tries, item], wrong: item.facts.outcome === "wrong_number" };
  }
  return ENDING.has(item.kind) ? null : open;
}

const ENDING = new Set(["phone_tried", "phone_withdrawn", "call_accepted", "resolved"]);

/** The number that a contact gave last in a conversation and has not taken back; '' where there is none. */
export function lastNumber(items: readonly Item[]): string {
  return items.reduce((number, item) => {
    if (item.kind === "phone_withdrawn") return "";
    return item.kind === "phone_asked" ? (item.body?.number ?? "") : number;
  }, "");
}
