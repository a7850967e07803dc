// Staying reachable. Our element is a manual popover, so it lies in the top layer, above every z-index and outside of
// every transform. A modal <dialog> makes everything outside of itself inert, popovers too: then our element moves
// into the dialog, and home again afterwards (moveBefore keeps the panel's frame alive; elsewhere it loads again).
import { every, listen } from "./natives";
import { host, root } from "./view";

type Movable = Node & { moveBefore?: (node: Node, before: Node | null) => void };
const MODAL = "dialog:modal";

/** Where we can be clicked: in the modal dialog that holds the focus, also in an open shadow root; else anywhere. */
function home(): Movable {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  const modals = document.querySelectorAll(MODAL);
  return focused?.closest(MODAL) || host.closest(MODAL) || modals[modals.length - 1] || document.documentElement;
}

/** Put our element on top of the page. */
function raise() {
  const to = home();
  const focused = root.activeElement as HTMLElement | null;
  try {
    to.moveBefore?.(host, null);
  } catch {} // not in the document yet
  if (host.parentNode !== to) to.appendChild(host);
  try {
    host.popover = "manual";
    host.hidePopover();
    host.showPopover();
  } catch {} // no popovers here: position and z-index do what they can
  focused?.focus();
}

/** Return to where we belong after a dialog came or went, or the page removed us. */
function keep() {
  if (!host.isConnected || host.parentNode !== home()) raise();
}

/** Put our element on top of the page, and keep it there. */
export function stayOnTop(): void {
  new MutationObserver(keep).observe(document, { subtree: true, attributeFilter: ["open"] });
  listen(document, "fullscreenchange", raise);
  every(keep, 1000);
  raise();
}
