// Several tabs, one person: each tab holds a lock by its name for as long as it lives, and one of them leads.
// Locks end with their tab, however it ends.

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

async function hold(name: string, stop: AbortSignal, held: () => void): Promise<void> {
  await navigator.locks.request(name, { signal: stop }, () => {
    held();
    return new Promise<void>((resolve) => {
      stop.addEventListener("abort", () => resolve(), { once: true });
    });
  });
}
