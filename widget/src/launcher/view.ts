// What is seen of the launcher: a round button, and above it a panel that holds the frame or a card of a few words.
// There is one in a page, so its elements are this file's variables.

import STYLE from "./launcher.css";
import type { Settings } from "./settings";
import { placement } from "./style";

const HELP = "M4 20.5l1.5-5A8.5 8.5 0 1 1 9 19zM11 9.5a2 2 0 1 1 3 1.7q-1 .6-1 1.8m0 3v.01";
const DOWN = "M6 9l6 6 6-6";

export let host: HTMLElement;
export let root: ShadowRoot;
export let button: HTMLElement;
export let panel: HTMLElement;
let dock: HTMLElement;
let sign: Element;
let word: HTMLElement;
let badge: HTMLElement;
let title: HTMLElement;
let why: HTMLElement;
let call: HTMLAnchorElement;
let again: HTMLElement;
let shut: HTMLElement;
let said: HTMLElement;
let moving: CSSStyleSheet;

/** Make an element of our shadow tree. */
function make(name: string, className: string, parent: Node): HTMLElement {
  const element = document.createElement(name);
  element.className = className;
  return parent.appendChild(element);
}

/** Make an icon; returns its path. */
function makeIcon(parent: Node): Element {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  return parent.appendChild(svg).appendChild(document.createElementNS(space, "path"));
}

/** Build the elements: a closed shadow root, no markup parsed, no style attribute. */
export function build() {
  host = document.createElement("curbside-launcher");
  root = host.attachShadow({ mode: "closed" });
  const fixed = new CSSStyleSheet();
  moving = new CSSStyleSheet();
  fixed.replaceSync(STYLE);
  root.adoptedStyleSheets = [fixed, moving];
  dock = make("div", "", root);
  panel = make("div", "", dock);
  panel.role = "dialog";
  const card = make("div", "card", panel);
  title = make("b", "", card);
  why = make("span", "", card);
  call = make("a", "", card) as HTMLAnchorElement;
  again = make("button", "again", card);
  shut = make("button", "close", card);
  button = make("button", "help", dock);
  sign = makeIcon(button);
  word = make("span", "word", button);
  badge = make("span", "badge", button);
  said = make("div", "word", dock); // never hovered, so never seen
  said.role = "status";
}

/** Show colours and places; `kind` is its class names. */
export function showDock(kind: string, rtl: boolean, accent: string, settings: Settings) {
  moving.replaceSync(placement(accent, settings));
  dock.className = `dock ${kind}`;
  dock.dir = rtl ? "rtl" : "ltr";
}

/** Show the button, with the number of unread messages. */
export function showButton([help, close, news]: string[], gone: boolean, open: boolean, count: number) {
  button.hidden = gone;
  button.ariaExpanded = `${open}`;
  // The word that is seen comes first in the name, for those who say aloud what they press.
  button.ariaLabel = (open ? `${close} ` : "") + help + (count ? `: ${count} ${news}` : "");
  sign.setAttribute("d", open ? DOWN : HELP);
  word.textContent = (open ? close : help) as string;
  badge.hidden = !count || open;
  badge.textContent = `${count}`;
}

/** Show the panel, and in it the card: that help opens or, if it is silent, that it does not answer. */
export function showPanel([help, close, , sorry, phoneUs, retry]: string[], kind: string, silent: boolean, phone = "") {
  panel.className = `panel ${kind}`;
  panel.ariaLabel = title.textContent = (silent ? sorry : help) as string;
  why.textContent = phoneUs as string;
  call.textContent = phone;
  call.href = `tel:${phone}`;
  call.hidden = why.hidden = !(silent && phone);
  again.textContent = retry as string;
  again.hidden = !silent;
  shut.textContent = close as string;
}

/** Say something once to those who listen to the screen. */
export function say(text: string) {
  said.textContent = text;
}

/** Put the focus where something can be done while there is no panel. */
export const focusCard = () => (again.hidden ? shut : again).focus();
