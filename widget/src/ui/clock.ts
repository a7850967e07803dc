// The present, as a signal that ticks each second while somebody looks; only what reads it renders again.
import { type ReadonlySignal, signal } from "@preact/signals";

const ticking = signal(Date.now());
export const now: ReadonlySignal<number> = ticking;

/** Let the clock run; returns how to stop it. */
export function startClock(): () => void {
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") ticking.value = Date.now();
  }, 1000);
  return () => clearInterval(timer);
}
