// The launcher: what it knows, the verbs of the public API, and what it does on the panel's word.
// There is one in a page, so what it knows are this file's variables.
import { type Context, cleanContext, cleanLook, type FromPanel, type Scheme } from "../core/bridge";
import { emit, on } from "./events";
import { openFrame, type PanelFrame } from "./frame";
import { hear } from "./input";
import { later, listen } from "./natives";
import type { Settings } from "./settings";
import { askForToken, type Token } from "./token";
import { stayOnTop } from "./top";
import { build } from "./view";
import { wordsOf } from "./words";

export interface Boot {
  token?: Token;
  user?: string; // an opaque word for who is logged in: the same word again is not a switch of user
  context?: Context;
  locale?: string;
  scheme?: Scheme;
  accent?: string;
}

const PATIENCE = 4000; // until the panel must have said `ready`

let settings: Settings;
let view: ReturnType<typeof build>;
let boot: Boot = {};
let context: Context = {};
let frame: PanelFrame | null = null;
let open = false;
let folded = false;
let ready = false;
let silent = false;
let hidden = false;
let off = false;
let count = 0;
let accent: string | null = null; // the tenant's
let place: number[];
let returnTo: HTMLElement;

const page = document.documentElement;
const dark = matchMedia("(prefers-color-scheme:dark)");

function look() {
  const said = cleanLook({ locale: page.lang, accent, ...boot });
  if (said.scheme === "auto" && dark.matches) said.scheme = "dark";
  return said;
}
const words = () => wordsOf(look().locale);
const focused = () => document.activeElement as HTMLElement;

function show() {
  view.show({
    ...{ open, folded, ready, silent, count, place },
    ...settings,
    words: words(),
    rtl: getComputedStyle(page).direction === "rtl",
    dark: look().scheme === "dark",
    accent: look().accent,
    gone: hidden || off || !!settings.button,
  });
  if (settings.button)
    for (const each of document.querySelectorAll<HTMLElement>(settings.button)) {
      each.hidden = off;
      each.ariaExpanded = `${open}`;
    }
}

/** Load the panel, unless it is there. */
function load() {
  if (frame) return;
  const mine = openFrame(
    settings,
    view.panel,
    words()[0] as string,
    () => ({ type: "hello", look: look(), context, open, signed: !!boot.token, phone: settings.phone }),
    (message) => mine === frame && (heard[message.type] as (message: FromPanel) => void)(message),
  );
  frame = mine;
  later(() => {
    if (mine !== frame || ready) return;
    silent = true;
    show();
    if (open) view.focusCard();
  }, PATIENCE);
}

/** Take the panel down, with all it shows. */
function unload() {
  frame?.retire();
  frame = null;
  ready = silent = folded = false;
  setCount(0);
}

/** Load the panel when the page has nothing better to do, so that the first click finds it there. */
function loadAtIdle() {
  const asked = boot;
  const begin = () => asked === boot && asked.token && load();
  const idle = () => (window.requestIdleCallback || later)(begin);
  document.readyState === "complete" ? idle() : listen(window, "load", idle);
}

function opened(from?: HTMLElement) {
  const before = focused();
  returnTo = from || (before === document.body || before === view.host ? view.button : before);
  load();
  show();
  frame?.post({ type: "open" });
  ready ? frame?.focus() : view.focusCard();
  emit("open");
}

function closed() {
  const within = focused() === view.host;
  show();
  frame?.post({ type: "close" });
  if (within) returnTo.focus();
  emit("close");
}

function setOpen(now: boolean, from?: HTMLElement) {
  if (now === open || (now && off)) return;
  open = now;
  folded = false;
  open ? opened(from) : closed();
}

function setCount(now: number) {
  if (now === count) return;
  count = now;
  show();
  emit("unread", { count });
}

/** Forget who works here, and take down all that showed it. */
function forget() {
  setOpen(false);
  unload();
  boot = context = {} as Context;
  off = hidden = false;
  accent = null;
  view.say("");
  show();
}

const heard: { [T in FromPanel["type"]]: (message: Extract<FromPanel, { type: T }>) => void } = {
  ready(message) {
    accent = message.accent;
    ready = true;
    silent = false;
    show();
    if (open && focused() === view.host) frame?.focus();
    emit("ready");
  },
  need_token({ challenge }) {
    const asker = frame; // an answer after a switch of user reaches nobody
    askForToken(boot.token, challenge, (message) => asker === frame && frame?.post(message));
  },
  unread: (message) => setCount(message.count),
  announce: (message) => view.say(`${message.count} ${words()[2]}`),
  close: () => setOpen(false),
  fold(message) {
    folded = message.folded;
    show();
  },
  move({ dx, dy }) {
    const { left, right, top, bottom } = view.panel.getBoundingClientRect();
    const [inline, block, x, y] = place as [number, number, number, number];
    place = [
      inline,
      block,
      x + Math.max(-left, Math.min(dx, innerWidth - right)),
      y + Math.max(-top, Math.min(dy, innerHeight - bottom)),
    ];
    show();
  },
  off() {
    off = true;
    setOpen(false);
    show();
  },
  on() {
    off = false;
    show();
  },
  event: ({ name, detail }) => emit(name, detail),
  wiped() {},
};

const toggle = (from?: HTMLElement) => setOpen(!open, from);
const does: Record<string, () => void> = {
  toggle: () => toggle(view.button),
  close: () => setOpen(false),
  again() {
    unload();
    load();
    show();
    view.focusCard();
  },
};

/** The public API. */
export const verbs = {
  /** Say who works here (by the token callback) and where; again, with another `user`, to switch. */
  boot(given: Boot = {}) {
    if (given.user && given.user === boot.user) {
      boot = given;
      frame?.post({ type: "look", ...look() });
      verbs.setContext(given.context);
    } else {
      forget();
      boot = given;
      context = cleanContext(given.context);
      loadAtIdle();
    }
    show();
  },
  /** Forget the person and take the button away, until `boot`. */
  shutdown() {
    forget();
    verbs.hide();
  },
  /** Forget the person; the button stays, with phone number and hours. */
  logout: forget,
  open: () => setOpen(true),
  close: () => setOpen(false),
  toggle: () => toggle(),
  show() {
    hidden = false;
    show();
  },
  hide() {
    hidden = true;
    setOpen(false);
    show();
  },
  startConversation(fields?: Context) {
    setOpen(true);
    frame?.post({ type: "start", context: fields ? cleanContext(fields) : null });
  },
  setContext(fields?: Context) {
    context = cleanContext(fields);
    frame?.post({ type: "context", fields: context });
  },
  on,
  /** Call with the number of unread messages, now and whenever it changes; returns the function that ends it. */
  unreadCount(fn: (count: number) => void) {
    fn(count);
    return on("unread", (detail) => fn(detail.count as number));
  },
};

/** Start the launcher in this document; returns its element. */
export function launch(given: Settings): HTMLElement {
  settings = given;
  place = [given.inline, given.block, 0, 0];
  view = build();
  hear(view, settings, { does: (name) => does[name]?.(), toggle });
  listen(dark, "change", () => {
    show();
    frame?.post({ type: "look", ...look() });
  });
  show();
  stayOnTop(view.host, view.root);
  return view.host;
}
