import { placement, STYLE } from "./style";

const HELP =
  "M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 20.5l1.6-5A8.5 8.5 0 1 1 21 11.5zM10 9.3a2.2 2.2 0 0 1 4.3.5c0 1.5-2.1 1.8-2.1 3.2M12.2 15.8v.01";
const DOWN = "M6 9l6 6 6-6";
const CROSS = "M6 6l12 12M18 6L6 18";

/** What a person sees of the launcher, as one plain value. */
export interface Look {
  words: string[];
  rtl: boolean;
  dark: boolean;
  accent: string | null;
  place: number[]; // inline and block offset, and how far the panel was dragged
  start: boolean;
  gone: boolean; // the round button does not show
  open: boolean;
  folded: boolean;
  ready: boolean;
  silent: boolean; // the panel did not answer
  count: number;
  phone: string;
}

/** Make an element of our shadow tree. */
function make<T extends HTMLElement>(name: string, className: string, parent: Node): T {
  const element = document.createElement(name) as T;
  element.className = className;
  return parent.appendChild(element);
}

/** A button that does something; what, its `name` says. */
function makeButton(name: string, className: string, parent: Node): HTMLButtonElement {
  const button = make<HTMLButtonElement>("button", className, parent);
  button.name = name;
  return button;
}

function icon(parent: Node): SVGPathElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.ariaHidden = "true";
  return parent.appendChild(svg).appendChild(document.createElementNS(space, "path"));
}

/** Join the names of the classes that hold. */
const classes = (...names: (string | false)[]): string => names.join(" ");

/** Build the launcher's elements: a closed shadow root, no markup parsed, no style attribute. */
export function build() {
  const host = document.createElement("curbside-launcher");
  const root = host.attachShadow({ mode: "closed" });
  const moving = new CSSStyleSheet();
  const fixed = new CSSStyleSheet();
  fixed.replaceSync(STYLE);
  root.adoptedStyleSheets = [fixed, moving];

  const dock = make("div", "", root);
  const panel = make("div", "", dock);
  panel.role = "dialog";
  const card = make("div", "card", panel);
  const title = make("b", "", card);
  const why = make("span", "", card);
  const phone = make<HTMLAnchorElement>("a", "", card);
  const again = makeButton("again", "", card);
  const shut = makeButton("close", "x", panel);
  icon(shut).setAttribute("d", CROSS);
  const button = makeButton("toggle", "help", dock);
  const sign = icon(button);
  const word = make("span", "word", button);
  const badge = make("span", "badge", button);
  const said = make("div", "said", dock);
  said.role = "status";

  function show({ words, open, silent, count, ...look }: Look) {
    const [help, close, news, sorry, call, retry] = words as [string, string, string, string, string, string];
    moving.replaceSync(placement(look.dark, look.accent, look.place));
    dock.dir = look.rtl ? "rtl" : "ltr";
    dock.className = classes("dock", look.dark && "dark", look.start && "start", open && !look.folded && "full");
    panel.className = classes("panel", open && "open", look.folded && "folded", look.ready && "ready");
    panel.ariaLabel = title.textContent = silent ? sorry : help;
    why.textContent = call;
    phone.textContent = look.phone;
    phone.href = `tel:${look.phone}`;
    phone.hidden = why.hidden = !(silent && look.phone);
    again.textContent = retry;
    again.hidden = !silent;
    shut.ariaLabel = close;
    button.hidden = look.gone;
    button.ariaExpanded = `${open}`;
    button.ariaLabel = help + (count ? `: ${count} ${news}` : "");
    sign.setAttribute("d", open ? DOWN : HELP);
    word.textContent = open ? close : help;
    badge.hidden = !count || open;
    badge.textContent = `${count}`;
  }
  return {
    host,
    root,
    button,
    panel,
    show,
    /** Say something once to those who listen to the screen. */
    say(text: string) {
      said.textContent = text;
    },
    focusCard: () => (again.hidden ? shut : again).focus(),
  };
}
