// Wristband scanners type what they read and press Enter. A burst that no hand could type, ended by Enter, is a scan:
// it is never sent. Paste and dictation bring text without keys, and are never taken for one.

/** One key that was pressed, by its `KeyboardEvent.key`. */
export interface KeyPress {
  key: string;
  at: number;
}

/** Where the burst under way began and how long it is; a plain value, replaced by each key. */
export interface Burst {
  length: number;
  lastAt: number;
}

export interface Scan {
  /** How many characters before the cursor the scanner typed. */
  length: number;
}

export const LEAST = 6;
export const FASTEST_HAND = 30; // ms between two keys

export const noBurst: Burst = { length: 0, lastAt: Number.NEGATIVE_INFINITY };

/** Take one key. `scan` is set where it is the Enter that ends a scan: do not send. */
export function press(burst: Burst, { key, at }: KeyPress): { burst: Burst; scan: Scan | null } {
  const fast = at - burst.lastAt < FASTEST_HAND;
  if (key === "Enter") {
    const scanned = fast && burst.length >= LEAST;
    return { burst: noBurst, scan: scanned ? { length: burst.length } : null };
  }
  // A scanner presses Shift for capitals: such keys bring no character and interrupt nothing.
  if (isModifier(key)) return { burst: fast ? { ...burst, lastAt: at } : burst, scan: null };
  if ([...key].length !== 1) return { burst: noBurst, scan: null };
  return { burst: { length: fast ? burst.length + 1 : 1, lastAt: at }, scan: null };
}

const isModifier = (key: string) => key === "Shift" || key === "CapsLock" || key === "AltGraph";
