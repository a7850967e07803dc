import type { EventDetail } from "../core/bridge";
import { attempt } from "./natives";

type Listener = (detail: EventDetail) => void;
const listeners: { name: string; fn: Listener | null }[] = [];

/** Listen to an event of the launcher; returns the function that ends it. */
export function on(name: string, fn: Listener): () => void {
  const listener: (typeof listeners)[number] = { name, fn };
  listeners.push(listener);
  return () => {
    listener.fn = null;
  };
}

/** Tell the page, by its listeners and by a DOM event. */
export function emit(name: string, detail: EventDetail = {}): void {
  for (const each of listeners) if (each.name === name) attempt(() => each.fn?.(detail));
  document.dispatchEvent(new CustomEvent(`curbside:${name}`, { detail }));
}
