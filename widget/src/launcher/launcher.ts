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
import { build, button, focusCard, host, panel, say, showButton, showDock, showPanel } from "./view";
import { wordsOf } from "./words";

export interface Boot {
  token?: Token;
  user?: string; // an opaque word for who is logged in: the same word again is not a switch of user
  context?: Context;
  locale?: string;
  scheme?: Scheme;
  accent?: string;
}

declare const SCREEN: string; // which build of the code that masks a shared page belongs to this launcher
const PATIENCE = 4000; // until the panel must have said `ready`

let settings: Settings;
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
const moved: [number, number] = [0, 0]; // how far the panel was dragged
let returnTo: HTMLElement;

const page = document.documentElement;
const dark = matchMedia("(prefers-color-scheme:dark)");

const look = () => cleanLook({ locale: page.lang, accent, ...boot });
const words = () => wordsOf(look().locale);
const focused = () => document.activeElement as HTMLElement;

/** The class names that hold. */
const kinds = (...names: unknown[]) => names.join(" ");

function show() {
  const { scheme, accent } = look();
  const isDark = (scheme === "dark" || (scheme === "auto" && dark.matches)) && "dark";
  const rtl = getComputedStyle(page).direction === "rtl";
  showDock(kinds(isDark, open && "full"), rtl, accent || (isDark ? "#45b3a8" : "#0b746d"), settings);
  showButton(words(), hidden || off || !!settings.button, open, count);
  showPanel(words(), kinds(open && "open", folded && "folded", ready && "ready"), silent, settings.phone);
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
    panel,
    words()[0] as string,
    () => ({ type: "hello", look: look(), context, open, signed: !!boot.token, phone: settings.phone }),
    (message) => mine === frame && (heard[message.type] as (message: FromPanel) => void)?.(message),
  );
  frame = mine;
  later(() => {
    if (mine !== frame || ready) return;
    silent = true;
    show();
    if (open) focusCard();
  }, PATIENCE);
}

/** Take the panel down, with all it shows. */
function unload(final?: boolean) {
  frame?.retire(final);
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
  returnTo = from || (before === document.body || before === host ? button : before);
  load();
  show();
  frame?.post({ type: "open" });
  ready ? frame?.focus() : focusCard();
  emit("open");
}

function closed() {
  const within = focused() === host;
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
function forget(final?: boolean) {
  setOpen(false);
  unload(final);
  boot = context = {} as Context;
  off = false;
  accent = null;
  say("");
  show();
}

/** Move the panel, but never off the screen. */
function move({ dx, dy }: { dx: number; dy: number }) {
  const { left, right, top, bottom } = panel.getBoundingClientRect();
  moved[0] += Math.max(-left, Math.min(dx, innerWidth - right));
  moved[1] += Math.max(-top, Math.min(dy, innerHeight - bottom));
  panel.style.translate = `${moved[0]}px ${moved[1]}px`; // through the object model: no policy forbids that
}

const close = () => setOpen(false);

const heard: { [T in FromPanel["type"]]?: (message: Extract<FromPanel, { type: T }>) => void } = {
  ready(message) {
    accent = message.accent;
    ready = true;
    silent = false;
    show();
    if (open && focused() === host) frame?.focus();
    emit("ready");
  },
  need_token({ challenge }) {
    const asker = frame; // an answer after a switch of user reaches nobody
    askForToken(boot.token, challenge, (message) => asker === frame && frame?.post(message));
  },
  unread: (message) => setCount(message.count),
  announce: (message) => say(`${message.count} ${words()[2]}`),
  close,
  fold(message) {
    folded = message.folded;
    show();
  },
  move,
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
  // What masks a shared page comes only with the first share. If it does not come, the panel hears nothing, and shows
  // nothing.
  screen({ detail }) {
    const asker = frame;
    import(`${settings.origin}/widget/${SCREEN}/screen.js`).then(
      (code) => code.share(detail, asker, () => frame),
      console.error, // a policy of the page forbids it, perhaps: whoever wrote that should read so
    );
  },
};

const toggle = (from?: HTMLElement) => setOpen(!open, from);
const does: Record<string, () => void> = {
  help: () => toggle(button),
  close,
  again() {
    unload();
    load();
    show();
    focusCard();
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
      const kept = open && !boot.token; // opened before the page said who works here: there is nothing to forget
      forget();
      boot = given;
      context = cleanContext(given.context);
      hidden = false;
      kept ? setOpen(true) : loadAtIdle();
    }
    show();
  },
  /** Forget the person and take the button away, until `boot`. */
  shutdown() {
    forget();
    verbs.hide();
  },
  /** Forget the person; the button stays, with phone number and hours. */
  logout: () => forget(true),
  open: () => setOpen(true),
  close,
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
    frame?.post({ type: "start", context: cleanContext(fields) });
  },
  setContext(fields?: Context) {
    context = cleanContext(fields);
    frame?.post({ type: "context", fields: context });
  },
  /** Say that somebody works in the page, so that help does not sign them out as idle. */
  active: () => frame?.post({ type: "active" }),
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
  build();
  hear(settings, (name) => does[name]?.(), toggle);
  listen(dark, "change", show);
  listen(window, "resize", () => move({ dx: 0, dy: 0 }));
  show();
  stayOnTop();
  return host;
}
