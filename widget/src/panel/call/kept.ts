// What a check found, and what the person knows of it, until the day is over. Codes only; nothing of anybody.
import type { Found } from "../../core/equipment";

const NAME = "curbside:check";

export interface Kept {
  found?: Found;
  /** What stood in the way when the person chose to call anyway. */
  passed?: string;
}

// Where the browser gives this frame no storage, it is known as long as the page lives.
let here: { day: string; kept: Kept } = { day: "", kept: {} };

const today = (): string => new Date().toDateString();

export function kept(): Kept {
  try {
    here = JSON.parse(localStorage.getItem(NAME) ?? "null") ?? here;
  } catch {}
  return here.day === today() ? here.kept : {};
}

export function keep(more: Kept): void {
  here = { day: today(), kept: { ...kept(), ...more } };
  try {
    localStorage.setItem(NAME, JSON.stringify(here));
  } catch {}
}
