// The page's globals may be broken by its own scripts, before us or after. What we need is taken once, at load, and
// addEventListener is tried before it is trusted: a broken one is replaced by a fresh frame's.
let add = EventTarget.prototype.addEventListener;

export const later = setTimeout;
export const every = setInterval;
export const random = crypto.getRandomValues.bind(crypto);

/** True when a listener that was added is called. */
function listens(): boolean {
  let heard = false;
  try {
    const probe = document.createElement("i");
    add.call(probe, "click", () => {
      heard = true;
    });
    probe.click();
  } catch {}
  return heard;
}

if (!listens()) {
  const frame = document.createElement("iframe");
  document.documentElement.appendChild(frame);
  add = (frame.contentWindow as unknown as typeof globalThis).EventTarget.prototype.addEventListener;
  frame.remove();
}

/** Do what is the page's own: its mistakes are reported, and not ours to stumble over. */
export function attempt(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    console.error("Curbside:", error);
  }
}

/** Listen before anybody in the page does; the answer stops it. */
export function listen<E extends Event>(to: EventTarget, type: string, fn: (event: E) => void): void {
  add.call(to, type, fn as EventListener, true);
}
