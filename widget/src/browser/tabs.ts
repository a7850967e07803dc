// Several tabs, one person: each tab holds a lock by its name for as long as it lives, and one of them leads.
// Locks end with their tab, however it ends.
import type { Draft } from "../core/state";

const TAB = "curbside:tab:";
const LEAD = "curbside:lead:";

/** Say that this tab lives, until `stop`. Resolves when the lock is held, or where there are no locks. */
export function live(tab: string, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    hold(TAB + tab, stop, resolve).then(resolve, resolve);
  });
}

/** The slots of living tabs: what they keep is theirs. Without locks nobody is known to live. */
export async function alive(): Promise<{ has(slot: string): boolean }> {
  const names = new Set<string>();
  try {
    const { held } = await navigator.locks.query();
    for (const lock of held ?? []) if (lock.name?.startsWith(TAB)) names.add(lock.name.slice(TAB.length));
  } catch {}
  return { has: (slot) => names.has(slot.slice(slot.lastIndexOf("/") + 1)) };
}

/** Lead as soon as no other tab does. Where there are no locks, every tab leads. */
export function lead(whom: string, stop: AbortSignal, leading: () => void): void {
  hold(LEAD + whom, stop, leading).catch(() => stop.aborted || leading());
}

/** What tabs of one person tell each other: what is written, and that a log-in may be over. */
export type Word =
  | { kind: "draft"; conversation: string; draft: Draft | null }
  | { kind: "drafts" }
  | { kind: "ended" };

/** The other tabs of one person. */
export interface Others {
  tell(word: Word): void;
}

/** Speak with the other tabs of `whom`, until `stop`; null where tabs cannot know of each other. */
export function others(whom: string, stop: AbortSignal, hear: (word: Word) => void): Others | null {
  if (!("locks" in navigator) || typeof BroadcastChannel !== "function") return null;
  const channel = new BroadcastChannel(LEAD + whom);
  channel.onmessage = ({ data }: MessageEvent<Word>) => stop.aborted || hear(data);
  stop.addEventListener("abort", () => channel.close(), { once: true });
  return { tell: (word) => stop.aborted || channel.postMessage(word) };
}

async function hold(name: string, stop: AbortSignal, held: () => void): Promise<void> {
  await navigator.locks.request(name, { signal: stop }, () => {
    held();
    return new Promise<void>((resolve) => {
      stop.addEventListener("abort", () => resolve(), { once: true });
    });
  });
}
