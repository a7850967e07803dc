// Staying reachable. Our element is a manual popover, so it lies in the top layer, above every z-index and outside of
// every transform. A modal <dialog> makes everything outside of itself inert, popovers too: then our element moves
// into the dialog, and home again afterwards (moveBefore keeps the panel's frame alive; elsewhere it loads again).
import { every, listen } from "./natives";

type Movable = Node & { moveBefore?: (node: Node, before: Node | null) => void };
const opened: Element[] = []; // dialogs, the one opened last at the end

/** The modal dialog on top: the one opened last, or the one that holds the focus, also in open shadow roots. */
function topDialog(): Element | null | undefined {
  for (let at = opened.length; at--; ) {
    const each = opened[at] as Element;
    if (each.isConnected && each.matches(":modal")) return each;
  }
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused?.closest("dialog:modal");
}

function noteDialog(element: Element) {
  if (element.matches("dialog:modal")) opened.push(element);
}

/** Put the host element on top of the page, and keep it there. */
export function stayOnTop(host: HTMLElement, root: ShadowRoot): void {
  function raise() {
    const home: Movable = topDialog() || document.documentElement;
    const focused = root.activeElement as HTMLElement | null;
    try {
      home.moveBefore?.(host, null);
    } catch {} // not in the document yet
    if (host.parentNode !== home) home.appendChild(host);
    try {
      host.popover = "manual";
      host.hidePopover();
      host.showPopover();
    } catch {} // no popovers here: position and z-index do what they can
    focused?.focus();
  }

  new MutationObserver((records) => {
    for (const { target } of records) noteDialog(target as Element);
    // Dialog libraries make everything beside their dialog inert; help stays reachable.
    if (host.inert) host.inert = false;
    if (host.ariaHidden) host.ariaHidden = null;
    keep();
  }).observe(document, { subtree: true, attributeFilter: ["open", "inert", "aria-hidden"] });

  /** Return to where we belong after a dialog came or went, or the page removed us. */
  function keep() {
    if (!host.isConnected || host.parentNode !== (topDialog() || document.documentElement)) raise();
  }
  document.querySelectorAll("dialog").forEach(noteDialog);
  listen(document, "fullscreenchange", raise);
  every(keep, 1000);
  raise();
}
