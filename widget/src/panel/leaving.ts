// What has to be done for a person before the panel forgets them: off the screen, and within a moment.
const PATIENCE = 350; // each step: the frame is gone within a second

type Last = () => Promise<unknown>[];
const wanted = new Set<Last>();

/** Have `last` done before whoever is here now is forgotten; the answer takes that back. */
export function beforeLeaving(last: Last): () => void {
  wanted.add(last);
  return () => wanted.delete(last);
}

/** Begin all that is still to be done. */
export const lastActs = (): Promise<unknown> => Promise.allSettled([...wanted].flatMap((last) => last()));

/** Wait for something, but not for long. */
export const soon = (what: Promise<unknown>): Promise<unknown> =>
  Promise.race([what.catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
