// Small choices of this browser: no names, no words, nothing of anybody's.
import { signal } from "@preact/signals";

type Name = "sound" | "notify";

const changed = signal(0);

/** Whether something was switched on here. Off until chosen. */
export function preference(name: Name): boolean {
  changed.value;
  try {
    return localStorage.getItem(`curbside:${name}`) === "on";
  } catch {
    return memory.has(name);
  }
}

export function prefer(name: Name, on: boolean): void {
  if (on) memory.add(name);
  else memory.delete(name);
  try {
    localStorage.setItem(`curbside:${name}`, on ? "on" : "off");
  } catch {
    // Storage is closed to third-party frames here: the choice lasts as long as the page.
  }
  changed.value += 1;
}

const memory = new Set<Name>();

/** A frame in another site's page may not ask for leave to notify, and is offered no choice that nobody can make. */
export function mayEverNotify(): boolean {
  return "Notification" in window && (window.top === window || Notification.permission === "granted");
}

/** Ask the browser for leave to notify; false where it will not. */
export async function mayNotify(): Promise<boolean> {
  if (!("Notification" in window)) return false;
  if (Notification.permission !== "default") return Notification.permission === "granted";
  return (await Notification.requestPermission()) === "granted";
}
