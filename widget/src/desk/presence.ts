// Reading is work too, and sends nothing by itself: the server is told that somebody is here, and that alone.

export const TELL_AGAIN = 60_000;
const signs = ["keydown", "pointerdown", "wheel"] as const;

/** Tell, at most once a minute, that a person touched keyboard or pointer. Return what stops it. */
export function noticePresence(page: EventTarget, tell: () => void, now: () => number = Date.now): () => void {
  let told = -Infinity;
  const notice = (event: Event) => {
    // What a script makes up is nobody.
    if (!event.isTrusted || now() - told < TELL_AGAIN) return;
    told = now();
    tell();
  };
  for (const sign of signs) page.addEventListener(sign, notice, { capture: true, passive: true });
  return () => {
    for (const sign of signs) page.removeEventListener(sign, notice, { capture: true });
  };
}
