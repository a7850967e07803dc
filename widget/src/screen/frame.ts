// What is seen while the page is shared: a border, who sees it, a way to stop, boxes where something is covered, and
// where somebody points. Drawn above the page, and in no way of its own.
import type { AskMasks, Pointed } from "../core/screening";
import { POINTS } from "../core/screening";
import STYLE from "./screen.css";

const POINT_FOR = 2_500;
const BOXES_MAX = 400;
const OVER = "dialog:modal,:popover-open,:fullscreen";

export class Frame {
  private readonly host = document.createElement("curbside-screen");
  private readonly root = this.host.attachShadow({ mode: "closed" });
  // Boxes lie below whatever is in the top layer: they may not cover the panel. What they mark is hidden without them.
  private readonly below = document.createElement("curbside-screen");
  private readonly layer = this.below.attachShadow({ mode: "closed" });
  private readonly boxes: HTMLElement[] = [];
  private readonly edge = this.make("div", "edge", this.root);
  private readonly bar = this.make("div", "bar", this.edge);
  private readonly title = this.make("span", "", this.bar);
  private readonly who = this.make("b", "", this.bar);
  private readonly stop = this.make("button", "stop", this.bar);
  private readonly note = this.make("small", "", this.bar);
  private readonly ring = this.make("div", "ring", this.root);
  private readonly name = this.make("span", "", this.ring);
  private over = -1;
  private pointing: ReturnType<typeof setTimeout> | undefined;
  private readonly clicked = (event: Event) => {
    if (event.target !== this.host) return;
    event.stopPropagation();
    this.stopped();
  };

  constructor(private readonly stopped: () => void) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = this.layer.adoptedStyleSheets = [sheet];
    this.bar.setAttribute("role", "group");
    this.ring.hidden = true;
    addEventListener("click", this.clicked, true); // before a trap of the page can swallow it
    this.raise();
  }

  say({ title, who0, who1, who2, stop, note }: AskMasks): void {
    const names = [who0, who1, who2].filter(Boolean).join(" · ");
    const said: [Element, string][] = [
      [this.title, title],
      [this.who, names],
      [this.stop, stop],
      [this.note, note],
    ];
    for (const [element, text] of said) if (element.textContent !== text) element.textContent = text;
    this.bar.ariaLabel = `${title} ${names}`;
  }

  point({ x, y, who }: Pointed): void {
    this.ring.hidden = false;
    this.ring.style.translate = `${(x / POINTS) * innerWidth}px ${(y / POINTS) * innerHeight}px`;
    this.name.textContent = who;
    clearTimeout(this.pointing);
    this.pointing = setTimeout(() => {
      this.ring.hidden = true;
    }, POINT_FOR);
  }

  /** Draw a box over each of these, so that both sides see that something is covered; and stay on top. */
  draw(covered: Iterable<Element>): void {
    let count = 0;
    for (const element of covered) {
      const at = count < BOXES_MAX && placeOf(element);
      if (!at) continue;
      const box = this.boxes[count] ?? this.box();
      const [x, y, width, height] = at;
      Object.assign(box.style, { translate: `${x}px ${y}px`, width: `${width}px`, height: `${height}px` });
      box.hidden = false;
      count += 1;
    }
    for (const box of this.boxes.slice(count)) box.hidden = true;
    const over = document.querySelectorAll(OVER).length;
    if (over !== this.over || !this.host.isConnected || !this.below.isConnected) this.raise();
  }

  /** Say no name any more: somebody else may sit here. */
  hush(): void {
    this.edge.hidden = this.ring.hidden = true;
  }

  end(): void {
    clearTimeout(this.pointing);
    removeEventListener("click", this.clicked, true);
    this.host.remove();
    this.below.remove();
  }

  private box(): HTMLElement {
    const box = this.make("div", "box", this.layer);
    this.boxes.push(box);
    return box;
  }

  /** Into the top layer, above what has come there since; within a modal dialog, because all else cannot be clicked. */
  private raise(): void {
    if (!this.below.isConnected) document.documentElement.appendChild(this.below);
    const modals = document.querySelectorAll("dialog:modal");
    const home = modals[modals.length - 1] ?? document.documentElement;
    if (this.host.parentNode !== home) home.appendChild(this.host);
    try {
      this.host.popover = "manual";
      this.host.hidePopover();
      this.host.showPopover();
    } catch {} // no popovers here: position and z-index do what they can
    this.over = document.querySelectorAll(OVER).length;
  }

  private make(name: string, className: string, parent: Node): HTMLElement {
    const element = document.createElement(name);
    element.className = className;
    return parent.appendChild(element);
  }
}

/** Where an element lies in the top window, if it can be seen there. */
function placeOf(element: Element): [x: number, y: number, width: number, height: number] | null {
  const { width, height, left, top } = element.getBoundingClientRect();
  let [x, y] = [left, top];
  for (
    let view = element.ownerDocument.defaultView;
    view && view !== window;
    view = view.parent as Window & typeof globalThis
  ) {
    const around = view.frameElement;
    if (!around) return null;
    const at = around.getBoundingClientRect();
    x += at.left + around.clientLeft;
    y += at.top + around.clientTop;
  }
  const seen = width > 0 && height > 0 && x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0;
  return seen ? [x, y, width, height] : null;
}
