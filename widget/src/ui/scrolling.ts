// Staying at the end of a timeline while it grows, and knowing what has really been seen.
import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_THE_END = 48;

export interface Following {
  box: RefObject<HTMLElement | null>;
  atEnd: boolean;
  toEnd(): void;
}

/** Keep a box scrolled to its end unless the person has scrolled up; a change of `own` always goes to the end. */
export function useFollowing(own: unknown): Following {
  const box = useRef<HTMLElement | null>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = useCallback(() => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const scrolled = () => {
      following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_THE_END;
      setAtEnd(following.current);
    };
    const grown = new ResizeObserver(() => following.current && toEnd());
    grown.observe(element);
    for (const child of element.children) grown.observe(child);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, [toEnd]);
  useLayoutEffect(() => {
    if (following.current) toEnd();
  });
  // One's own message goes to the end, whatever was scrolled before.
  useLayoutEffect(() => {
    following.current = true;
    toEnd();
  }, [own]);
  return { box, atEnd, toEnd };
}

/** Tell the highest number whose end was on the screen while the page was visible and the person was looking. */
export function useSeen(
  box: RefObject<HTMLElement | null>,
  looking: boolean,
  last: number,
  seen: (seq: number) => void,
) {
  const highest = useRef(0);
  const tell = useRef(seen);
  tell.current = seen;
  useEffect(() => {
    const root = box.current;
    if (!root || !looking || last <= highest.current) return;
    const report = () => {
      if (document.visibilityState !== "visible" || !pending) return;
      if (pending > highest.current) tell.current(pending);
      highest.current = Math.max(highest.current, pending);
    };
    let pending = 0;
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries)
          if (isIntersecting) pending = Math.max(pending, Number((target as HTMLElement).dataset.seq));
        report();
      },
      { root },
    );
    for (const end of root.querySelectorAll<HTMLElement>("[data-seq]"))
      if (Number(end.dataset.seq) > highest.current) watcher.observe(end);
    document.addEventListener("visibilitychange", report);
    return () => {
      watcher.disconnect();
      document.removeEventListener("visibilitychange", report);
    };
  }, [box, looking, last]);
}
