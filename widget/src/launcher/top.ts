// Staying reachable. Our element is a manual popover, so it lies in the top layer, above every z-index and outside of
// every transform. A modal <dialog> makes everything outside of itself inert, popovers too: then our element moves
// into the dialog, and home again afterwards (moveBefore keeps the panel's frame alive; elsewhere it loads again).
import { every, listen } from "./natives";

type Movable = Node & { moveBefore?: (node: Node, before: Node | null) => void };

/** The modal dialog on top: the one opened last, or the one that holds the focus, also in open shadow roots. */
function topDialog(opened: Element[]): Element | null {
  for (let at = opened.length; at-- > 0; ) {
    const each = opened[at] as Element;
    if (each.isConnected && each.matches(":modal")) return each;
    opened.splice(at, 1);
  }
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused?.closest("dialog:modal") ?? null;
}

function place(host: HTMLElement, home: Movable) {
  if (home.moveBefore && host.isConnected)
    try {
      return home.moveBefore(host, null);
    } catch {}
  home.appendChild(host);
}

/** Put the host element on top of the page and keep it there; `kept` is called with the focus to restore. */
export function stayOnTop(host: HTMLElement, root: ShadowRoot): void {
  const opened: Element[] = [];
  for (const each of document.querySelectorAll("dialog")) if (each.matches(":modal")) opened.push(each);

  function raise() {
    const home = topDialog(opened) || document.documentElement;
    const focused = root.activeElement as HTMLElement | null;
    if (host.parentNode !== home) place(host, home);
    try {
      host.popover = "manual";
      host.hidePopover();
      host.showPopover();
    } catch {} // no popovers here: position and z-index do what they can
    if (focused && root.activeElement !== focused) focused.focus();
  }

  new MutationObserver((records) => {
    let changed = false;
    for (const { target } of records) {
      const element = target as HTMLElement;
      if (target === host) {
        // Dialog libraries make everything beside their dialog inert; help stays reachable.
        if (host.inert) host.inert = false;
        if (host.ariaHidden) host.ariaHidden = null;
        if (host.hidden) host.hidden = false;
      } else if (element.localName === "dialog") {
        if (element.matches(":modal")) opened.push(element);
        changed = true;
      }
    }
    if (changed) raise();
  }).observe(document, { subtree: true, attributeFilter: ["open", "inert", "aria-hidden", "hidden"] });

  listen(document, "fullscreenchange", raise);
  every(() => {
    // Removed with a dialog or by the page, or covered by a dialog that nobody told us of.
    const dialog = topDialog(opened);
    if (!host.isConnected || (dialog && !dialog.contains(host.parentNode))) raise();
  }, 1000);
  raise();
}
