// How long nobody has given a sign, and what follows from it.
const MINUTE = 60_000;

export type Idleness = "here" | "gone" | { secondsLeft: number };

/** `minutes` of 0: nobody is signed out for being idle. The warning comes a minute before the end, at half time at most. */
export function idleness(lastSign: number, now: number, minutes: number): Idleness {
  const all = minutes * MINUTE;
  const left = lastSign + all - now;
  if (all === 0 || left > Math.min(MINUTE, all / 2)) return "here";
  return left > 0 ? { secondsLeft: Math.ceil(left / 1000) } : "gone";
}
