// Clicks, keys and focus. A page's dialog may swallow those that are not its own ('focus traps'), or take the focus
// back while somebody types in the panel. So what happens on our element is heard first, at the window, and goes no
// further; but for clicks, which close the page's menus: they go on, and if they were swallowed on their way to our
// button, it is done all the same.
import { later, listen } from "./natives";
import { pressed, type Settings } from "./settings";
import { host, root } from "./view";

/** Listen for everything a person does to the launcher; a button `does` what its class name says. */
export function hear(settings: Settings, does: (name: string) => void, toggle: (from?: HTMLElement) => void): void {
  let pending = false;
  const press = (target: EventTarget | null) => {
    const button = pending && (target as Element | null)?.closest("button");
    pending = false;
    if (button) does(button.className);
  };
  listen<MouseEvent>(window, "click", (event) => {
    const own = settings.button && (event.target as Element).closest?.<HTMLElement>(settings.button);
    if (event.target === host) {
      pending = true;
      later(() => press(root.elementFromPoint(event.clientX, event.clientY)));
    } else if (own) {
      event.preventDefault();
      toggle(own);
    }
  });
  listen(root, "click", (event) => press(event.target));
  for (const type of ["focus", "focusin", "mousedown", "touchstart"])
    listen(window, type, (event) => event.target === host && event.stopPropagation());
  listen<KeyboardEvent>(window, "keydown", (event) => {
    if (event.target === host) {
      event.stopPropagation();
      if (event.key === "Escape") does("close");
    }
    if (pressed(settings.shortcut, event)) {
      event.preventDefault();
      toggle();
    }
  });
}
