import { placement, STYLE } from "./style";
import { newMessages, type Words } from "./words";

const HELP =
  "M21 11.5a8.5 8.5 0 0 1-12.6 7.4L3 20.5l1.6-5A8.5 8.5 0 1 1 21 11.5zM10 9.3a2.2 2.2 0 0 1 4.3.5c0 1.5-2.1 1.8-2.1 3.2M12.2 15.8v.01";
const DOWN = "M6 9l6 6 6-6";
const CROSS = "M6 6l12 12M18 6L6 18";

/** What a person sees of the launcher, as one plain value. */
export interface Look {
  words: Words;
  dark: boolean;
  rtl: boolean;
  accent: string | null;
  place: number[]; // inline and block offset, and how far the panel was dragged
  start: boolean;
  button: boolean; // the round button shows
  open: boolean;
  folded: boolean;
  ready: boolean;
  silent: boolean; // the panel did not answer
  count: number;
  phone: string;
  shortcut: string;
}

export interface View {
  host: HTMLElement;
  root: ShadowRoot;
  button: HTMLElement;
  panel: HTMLElement;
  show(look: Look): void;
  say(text: string): void;
  focusCard(): void;
}

/** Make an element of our shadow tree. */
function make<T extends HTMLElement>(name: string, className: string, parent: Node): T {
  const element = document.createElement(name) as T;
  if (className) element.className = className;
  parent.appendChild(element);
  return element;
}

function icon(parent: Node): SVGPathElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path") as SVGPathElement;
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(path);
  parent.appendChild(svg);
  return path;
}

/** Build the launcher's elements: a closed shadow root, no markup parsed, no style attribute. */
export function build(): View {
  const host = document.createElement("curbside-launcher");
  const root = host.attachShadow({ mode: "closed" });
  const fixed = new CSSStyleSheet();
  const moving = new CSSStyleSheet();
  fixed.replaceSync(STYLE);
  root.adoptedStyleSheets = [fixed, moving];

  const dock = make("div", "", root);
  const panel = make("div", "", dock);
  panel.setAttribute("role", "dialog");
  const card = make("div", "card", panel);
  const title = make("b", "", card);
  const why = make("span", "", card);
  const phone = make<HTMLAnchorElement>("a", "", card);
  const again = make("button", "", card);
  again.dataset.does = "again";
  const shut = make("button", "x", panel);
  shut.dataset.does = "close";
  icon(shut).setAttribute("d", CROSS);
  const button = make("button", "help", dock);
  button.dataset.does = "toggle";
  const sign = icon(button);
  const word = make("span", "word", button);
  const badge = make("span", "badge", button);
  word.ariaHidden = badge.ariaHidden = "true";
  const said = make("div", "said", dock);
  said.setAttribute("role", "status");
  for (const each of [button, again, shut]) each.setAttribute("type", "button");

  function showCard({ words, silent, phone: number }: Look) {
    title.textContent = silent ? words.sorry : words.opening;
    why.textContent = words.why + (number ? ` ${words.phone}` : "");
    phone.textContent = number;
    phone.href = `tel:${number.replace(/[^\d+*#,;]/g, "")}`;
    phone.hidden = !silent || !number;
    why.hidden = again.hidden = !silent;
    again.textContent = words.again;
    shut.setAttribute("aria-label", words.close);
  }

  return {
    host,
    root,
    button,
    panel,
    show(look) {
      const { words, open, count } = look;
      const full = open && !look.folded;
      moving.replaceSync(placement(look.dark, look.accent, look.place));
      dock.dir = look.rtl ? "rtl" : "ltr";
      dock.className = `dock${look.dark ? " dark" : ""}${look.start ? " start" : ""}${full ? " full" : ""}`;
      panel.className = `panel${open ? " open" : ""}${look.folded ? " folded" : ""}${look.ready ? " ready" : ""}`;
      panel.setAttribute("aria-label", words.help);
      showCard(look);
      button.hidden = !look.button;
      button.setAttribute("aria-expanded", `${open}`);
      button.setAttribute("aria-label", words.help + (count ? `, ${newMessages(words, count)}` : ""));
      if (look.shortcut) button.setAttribute("aria-keyshortcuts", look.shortcut);
      sign.setAttribute("d", open ? DOWN : HELP);
      word.textContent = open ? words.close : words.help;
      badge.hidden = !count || open;
      badge.textContent = count > 99 ? "99+" : `${count}`;
    },
    say(text) {
      said.textContent = text;
    },
    focusCard() {
      (again.hidden ? shut : again).focus();
    },
  };
}
