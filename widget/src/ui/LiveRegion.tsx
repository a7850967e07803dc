import { signal } from "@preact/signals";
import type { VNode } from "preact";

const said = signal<{ id: number; text: string; of: string }[]>([]);
let count = 0;

/** Say something once to screen readers, politely; it is taken away again so that nobody meets it while reading. */
export function announce(text: string, of = ""): void {
  count += 1;
  const line = { id: count, text, of };
  said.value = [...said.value.slice(-4), line];
  setTimeout(() => {
    said.value = said.value.filter((each) => each.id !== line.id);
  }, 6000);
}

/** Take back what was said of messages that are no more. */
export function unsay(items: { key: string; gone: unknown }[]): void {
  const told = said.peek();
  const still = told.filter(({ of }) => !items.some((item) => item.gone && item.key === of));
  if (still.length < told.length) said.value = still;
}

/** Forget whatever was to be said: it may hold words of somebody who has logged off. */
export function silence(): void {
  said.value = [];
}

/** The one polite live region of a page. */
export function LiveRegion(): VNode {
  return (
    <div class="unseen" role="status" aria-live="polite" aria-atomic="false" aria-relevant="additions">
      {said.value.map((line) => (
        <p key={line.id}>{line.text}</p>
      ))}
    </div>
  );
}
