// What the panel and the code that masks the shared page say to each other. The launcher only passes it on: flat facts
// with short values. Each side knows the other by the bridge's own checks, and by the `key` that the panel makes anew
// for every share.

/** What of a screen is shown: the page, masked; that page while nobody confirms its masks, so nothing; or else. */
export type Surface = "page" | "veiled" | "other";

/** The panel to the page. Said again and again while the screen is shared: each one asks for an answer. */
export interface AskMasks {
  key: string;
  n: number;
  title: string; // Sharing this page with
  who0?: string; // the names of those who see it
  who1?: string;
  who2?: string;
  stop: string;
  note: string; // what is covered is not seen by them
}
/** Somebody points at the page; ten-thousandths of the window. */
export interface Pointed {
  key: string;
  x: number;
  y: number;
  who: string;
}
export type ToScreen = AskMasks | Pointed | { key: string; end: true };

/** The page to the panel. `masked` counts for the moment it was said, and no longer. */
export interface MasksAnswer {
  key: string;
  n: number;
  masked: boolean;
  handle: string; // the captured page carries it where the panel alone can read it
}
export type FromScreen = MasksAnswer | { key: string; stop: true };

export const POINTS = 10_000; // a pointer's place, in parts of the window
export const ASK_EVERY = 400;
export const SILENT_AFTER = 1_000; // without an answer for so long nothing is shown
