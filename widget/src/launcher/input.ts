// Clicks, keys and focus. A page's dialog may swallow those that are not its own ('focus traps'), or take the focus
// back while somebody types in the panel. So what happens on our element is heard first, at the window, and goes no
// further; but for clicks, which close the page's menus: they go on, and if they were swallowed on their way to our
// button, it is done all the same.
import { later, listen } from "./natives";
import { pressed, type Settings } from "./settings";
import type { build } from "./view";

export interface Asked {
  does(name: string): void; // what a button's name says
  toggle(from?: HTMLElement): void;
}

/** Listen for everything a person does to the launcher. */
export function hear({ host, root }: ReturnType<typeof build>, settings: Settings, asked: Asked): void {
  let pending = false;
  const press = (target: EventTarget | null) => {
    const button = pending && (target as Element | null)?.closest("button");
    pending = false;
    if (button) asked.does(button.name);
  };
  listen<MouseEvent>(window, "click", (event) => {
    const own = settings.button && (event.target as Element).closest<HTMLElement>(settings.button);
    if (event.target === host) {
      pending = true;
      later(() => press(root.elementFromPoint(event.clientX, event.clientY)));
    } else if (own) {
      event.preventDefault();
      asked.toggle(own);
    }
  });
  listen(root, "click", (event) => press(event.target));
  for (const type of ["focus", "focusin", "blur", "focusout", "pointerdown", "mousedown", "touchstart"])
    listen(window, type, (event) => event.target === host && event.stopPropagation());
  listen<KeyboardEvent>(window, "keydown", (event) => {
    if (event.target === host) {
      event.stopPropagation();
      if (event.key === "Escape") asked.does("close");
    }
    if (pressed(settings.shortcut, event)) {
      event.preventDefault();
      asked.toggle();
    }
  });
}
