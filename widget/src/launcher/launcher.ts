// The launcher: one state, the verbs of the public API, and what the panel says.
import { type Context, cleanContext, cleanLook, type EventDetail, type FromPanel, type Scheme } from "../core/bridge";
import { openFrame, type PanelFrame } from "./frame";
import { later, listen } from "./natives";
import { pressed, type Settings } from "./settings";
import { stayOnTop } from "./top";
import { build } from "./view";
import { newMessages, wordsOf } from "./words";

export interface Boot {
  token?: (nonce: string) => string | PromiseLike<string>;
  user?: string; // an opaque word for who is logged in: the same word again is not a switch of user
  context?: Context;
  locale?: string;
  scheme?: Scheme;
  accent?: string;
}
export type Verb = (...args: never[]) => unknown;
type Listener = (detail: EventDetail) => void;

const PATIENCE = 4000; // until the panel must have said `ready`
const TOKEN_PATIENCE = 10000;

/** Start the launcher in this document; returns the verbs of its API. */
export function launch(settings: Settings): Record<string, Verb> {
  const view = build();
  const dark = matchMedia("(prefers-color-scheme:dark)");
  const listeners: [string, Listener][] = [];
  const place = [settings.inline, settings.block, 0, 0];
  let boot: Boot = {};
  let context: Context = {};
  let frame: PanelFrame | null = null;
  let attempt = 0;
  let open = false;
  let folded = false;
  let ready = false;
  let silent = false;
  let hidden = false;
  let off = false;
  let count = 0;
  let tenantAccent: string | null = null;
  let returnTo: HTMLElement = view.button;

  const root = document.documentElement;
  const look = () => {
    const { scheme, locale, accent } = boot;
    const said = cleanLook({
      scheme,
      locale: locale || settings.locale || root.lang,
      accent: accent || settings.accent || tenantAccent,
    });
    if (said.scheme === "auto") said.scheme = dark.matches ? "dark" : "light";
    return said;
  };
  const ownButtons = () => (settings.button ? document.querySelectorAll<HTMLElement>(settings.button) : []);

  function show() {
    const { scheme, locale, accent } = look();
    view.show({
      words: wordsOf(locale),
      dark: scheme === "dark",
      rtl: getComputedStyle(root).direction === "rtl",
      accent,
      place,
      start: settings.start,
      button: !(hidden || off || settings.button),
      open,
      folded,
      ready,
      silent,
      count,
      phone: settings.phone,
      shortcut: settings.shortcut,
    });
    for (const each of ownButtons()) {
      each.hidden = off;
      each.ariaExpanded = `${open}`;
    }
  }

  function emit(name: string, detail: EventDetail = {}) {
    for (const [wanted, fn] of listeners.slice()) {
      if (wanted === name)
        try {
          fn(detail);
        } catch (error) {
          later(() => {
            throw error; // the page's own mistake: reported as such, and not ours to stumble over
          });
        }
    }
    document.dispatchEvent(new CustomEvent(`curbside:${name}`, { detail }));
  }

  /** Load the panel, unless it is there. */
  function load() {
    if (frame) return;
    const words = wordsOf(look().locale);
    frame = openFrame({
      origin: settings.origin,
      tenant: settings.tenant,
      title: words.help,
      parent: view.panel,
      hello: () => ({ type: "hello", look: look(), context, open, signed: !!boot.token, phone: settings.phone }),
      heard,
    });
    const current = ++attempt;
    later(() => {
      if (current !== attempt || ready) return;
      silent = true;
      show();
      if (open) view.focusCard();
    }, PATIENCE);
  }

  /** Take the panel down, with all it shows. */
  function unload() {
    frame?.retire();
    frame = null;
    attempt++;
    ready = silent = folded = false;
    setCount(0);
  }

  function retry() {
    unload();
    load();
    show();
    view.focusCard();
  }

  function setOpen(now: boolean, from?: HTMLElement) {
    if (now === open || (now && off)) return;
    open = now;
    if (open) {
      const active = document.activeElement as HTMLElement | null;
      returnTo = from || (active && active !== document.body && active !== view.host ? active : view.button);
      load();
    }
    folded = false;
    show();
    frame?.post({ type: open ? "open" : "close" });
    if (open) ready ? frame?.focus() : view.focusCard();
    else if (document.activeElement === view.host || document.activeElement === document.body) returnTo.focus();
    emit(open ? "open" : "close");
  }

  function setCount(now: number) {
    if (now === count) return;
    count = now;
    show();
    emit("unread", { count });
  }

  /** Ask the page for a token; an answer that comes after a switch of user reaches nobody. */
  function askForToken(challenge: string, asker: PanelFrame) {
    if (!boot.token) return asker.post({ type: "no_identity", why: "unsigned" });
    let answered = false;
    const answer = (jwt: unknown, why: "failed" | "timeout" = "failed") => {
      if (answered || asker !== frame) return;
      answered = true;
      asker.post(jwt && typeof jwt === "string" ? { type: "identity", challenge, jwt } : { type: "no_identity", why });
    };
    const failed = () => answer(null);
    later(() => answer(null, "timeout"), TOKEN_PATIENCE);
    try {
      const given = boot.token(challenge) as PromiseLike<string>;
      typeof given?.then === "function" ? given.then(answer, failed) : answer(given);
    } catch {
      failed();
    }
  }

  const answers: { [T in FromPanel["type"]]?: (message: Extract<FromPanel, { type: T }>) => void } = {
    ready({ accent }) {
      ready = true;
      silent = false;
      tenantAccent = accent;
      show();
      if (open && document.activeElement === view.host) frame?.focus();
      emit("ready");
    },
    need_token: ({ challenge }) => frame && askForToken(challenge, frame),
    unread: (message) => setCount(message.count),
    announce: (message) => view.say(newMessages(wordsOf(look().locale), message.count)),
    close: () => setOpen(false),
    fold(message) {
      folded = message.folded;
      show();
    },
    move({ dx, dy }) {
      const box = view.panel.getBoundingClientRect();
      (place[2] as number) += Math.max(-box.left, Math.min(dx, innerWidth - box.right));
      (place[3] as number) += Math.max(-box.top, Math.min(dy, innerHeight - box.bottom));
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
  };
  function heard(message: FromPanel, from: PanelFrame) {
    if (from === frame) (answers[message.type] as (message: FromPanel) => void)?.(message);
  }

  /** Load the panel when the page has nothing better to do, so that the first click finds it there. */
  function loadAtIdle() {
    const start = attempt;
    const begin = () => attempt === start && boot.token && load();
    const idle = () => (window.requestIdleCallback ? requestIdleCallback(begin, { timeout: 5000 }) : later(begin, 800));
    document.readyState === "complete" ? idle() : listen(window, "load", idle);
  }

  function forget() {
    setOpen(false);
    unload();
    boot = {};
    context = {};
    off = false;
    tenantAccent = null;
    view.say("");
  }

  const does: Record<string, () => void> = {
    toggle: () => setOpen(!open, view.button),
    close: () => setOpen(false),
    again: retry,
  };
  listen<MouseEvent>(view.root, "click", (event) => {
    swallowed = null;
    const pressed = (event.target as Element).closest<HTMLElement>("button");
    if (pressed) does[pressed.dataset.does as string]?.();
  });

  // A page's dialog may swallow clicks, keys and focus that are not its own ('focus traps'). What happens on our
  // element is ours: nobody else hears it, but for clicks, which close the page's menus; and a click that was swallowed
  // on its way to us is done all the same.
  let swallowed: MouseEvent | null = null;
  listen<MouseEvent>(window, "click", (event) => {
    if (event.target === view.host) {
      swallowed = event;
      later(() => {
        const under = swallowed && view.root.elementFromPoint(event.clientX, event.clientY)?.closest("button");
        swallowed = null;
        if (under) does[(under as HTMLElement).dataset.does as string]?.();
      });
    } else if (settings.button) {
      const own = (event.target as Element).closest<HTMLElement>(settings.button);
      if (own) {
        event.preventDefault();
        setOpen(!open, own);
      }
    }
  });
  for (const type of ["focus", "focusin", "blur", "focusout", "pointerdown", "mousedown", "touchstart"])
    listen(window, type, (event) => event.target === view.host && event.stopPropagation());
  listen<KeyboardEvent>(window, "keydown", (event) => {
    const ours = event.target === view.host;
    if (ours && event.key === "Escape") setOpen(false);
    else if (settings.shortcut && pressed(settings.shortcut, event)) {
      event.preventDefault();
      setOpen(!open);
    }
    if (ours) event.stopPropagation();
  });
  listen(dark, "change", () => {
    show();
    frame?.post({ type: "look", ...look() });
  });

  show();
  stayOnTop(view.host, view.root);

  return {
    /** Say who works here (by the token callback) and where; again, with another `user`, to switch. */
    boot(given: Boot = {}) {
      const same = given.user !== undefined && given.user === boot.user && frame;
      if (!same) forget();
      boot = given;
      context = cleanContext(given.context);
      hidden = false;
      if (same) {
        frame?.post({ type: "look", ...look() });
        frame?.post({ type: "context", fields: context });
      } else loadAtIdle();
      show();
    },
    /** Forget the person and take the button away, until `boot`. */
    shutdown() {
      forget();
      hidden = true;
      show();
    },
    /** Forget the person; the button stays, with phone number and hours. */
    logout() {
      forget();
      show();
    },
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!open),
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
    setContext(fields: Context) {
      context = cleanContext(fields);
      frame?.post({ type: "context", fields: context });
    },
    /** Listen to an event; returns the function that ends it. */
    on(name: string, fn: Listener) {
      const pair: [string, Listener] = [name, fn];
      listeners.push(pair);
      return () => {
        const at = listeners.indexOf(pair);
        if (at >= 0) listeners.splice(at, 1);
      };
    },
    /** Call with the number of unread messages, now and whenever it changes; returns the function that ends it. */
    unreadCount(fn: (count: number) => void) {
      const pair: [string, Listener] = ["unread", (detail) => fn(detail.count as number)];
      listeners.push(pair);
      fn(count);
      return () => {
        const at = listeners.indexOf(pair);
        if (at >= 0) listeners.splice(at, 1);
      };
    },
  };
}
