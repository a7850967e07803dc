// What the launcher (in the EHR's page) and the panel (in its iframe) say to each other.
//
// Every message is `{curbside: 1, nonce, type, …}`, sent by postMessage to one exact origin. The receiver checks
// event.source and event.origin itself, then hands event.data to `readFromHost` or `readFromPanel`: they check version
// and nonce and build a fresh object from own properties of known names, so nothing else gets through and nothing can
// reach a prototype. A message they do not understand is null, and is ignored.
//
// The order: the launcher makes the nonce and gives it in the frame's fragment (`/panel?tenant=T&v=1#n=NONCE`), which
// the panel erases at once. The launcher says `hello` until the panel answers `ready`; the panel takes its host's
// origin from the first hello whose origin stands in its page's allow-list. Tokens are asked for by `need_token`.

export const VERSION = 1;

export type Scheme = "light" | "dark" | "auto";
export interface Look {
  scheme: Scheme;
  locale: string;
  accent: string | null;
}
/** Where the contact is: allow-listed fields only, never patient data. The server checks it again. */
export type Context = Record<string, string>;
export type EventDetail = Record<string, string | number | boolean | null>;

/** What the launcher tells the panel. */
export type FromHost =
  | { type: "hello"; look: Look; context: Context; open: boolean; signed: boolean; phone: string } // signed: a token can be asked for
  | { type: "identity"; challenge: string; jwt: string }
  | { type: "no_identity"; why: "unsigned" | "failed" | "timeout" }
  | { type: "context"; fields: Context }
  | { type: "open" }
  | { type: "close" }
  | { type: "logout" } // forget this person now; answer `wiped`; the frame is removed within a second either way
  | ({ type: "look" } & Look)
  | { type: "start"; context: Context | null };

/** What the panel tells the launcher. */
export type FromPanel =
  | { type: "ready"; accent: string | null } // accent: the tenant's own, used unless the page chose one
  | { type: "need_token"; challenge: string } // base64url(SHA-256(verifier)), 43 characters: the `nonce` of the token
  | { type: "unread"; count: number }
  | { type: "close" }
  | { type: "fold"; folded: boolean }
  | { type: "move"; dx: number; dy: number } // dragged by its header, in CSS pixels (difference of screenX, screenY)
  | { type: "off"; why: string } // switched off for this contact: the button goes
  | { type: "on" }
  | { type: "event"; name: string; detail: EventDetail } // no text of people, ever
  | { type: "announce"; count: number } // new messages while closed: said once to screen readers
  | { type: "wiped" }; // nothing of the last person is left

export type Enveloped<M> = M & { curbside: 1; nonce: string };

/** Put a message into its envelope. */
export function envelope<M extends FromHost | FromPanel>(nonce: string, message: M): Enveloped<M> {
  return { ...message, curbside: VERSION, nonce };
}

const NOUNS = /^(module|screen|version|error|correlation|workstation|x_\w{1,38})$/;
const LONGEST = 200;
const MOST = 24;
const COLOUR = /^#[0-9a-f]{6}$/i;
const CHALLENGE = /^[\w-]{43}$/;
const EVENT = /^[a-z]+(:[a-z_]+)?$/;
const has = Object.prototype.hasOwnProperty;

/** Return the own property of a value that came from elsewhere, or undefined. */
function own(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && has.call(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined;
}
function text(of: unknown, name: string, longest = LONGEST): string | null {
  const value = own(of, name);
  return typeof value === "string" && value.length <= longest ? value : null;
}
function whole(of: unknown, name: string): number {
  const value = own(of, name);
  return typeof value === "number" && value > 0 && value < 1e6 ? value | 0 : 0;
}
function pixels(of: unknown, name: string): number {
  const value = own(of, name);
  return typeof value === "number" && value > -1e4 && value < 1e4 ? value : 0;
}
function colour(of: unknown, name: string): string | null {
  const value = text(of, name, 7);
  return value !== null && COLOUR.test(value) ? value : null;
}

/** Keep only what the allow-list knows; numbers become text, everything else is dropped. */
export function cleanContext(fields: unknown): Context {
  const kept: Context = {};
  if (typeof fields !== "object" || fields === null) return kept;
  let count = 0;
  for (const name in fields) {
    const value = own(fields, name);
    if (!NOUNS.test(name) || (typeof value !== "string" && typeof value !== "number")) continue;
    if (`${value}`.length <= LONGEST && count++ < MOST) kept[name] = `${value}`;
  }
  return kept;
}

/** Keep what is usable of a look, with the defaults for the rest. */
export function cleanLook(of: unknown): Look {
  const scheme = own(of, "scheme");
  return {
    scheme: scheme === "light" || scheme === "dark" ? scheme : "auto",
    locale: text(of, "locale", 35) || "en",
    accent: colour(of, "accent"),
  };
}

/** Keep flat, short facts; drop everything else. */
function cleanDetail(detail: unknown): EventDetail {
  const kept: EventDetail = {};
  if (typeof detail !== "object" || detail === null) return kept;
  for (const name in detail) {
    const value = own(detail, name);
    if (!/^[a-z][a-z_]{0,31}$/.test(name)) continue;
    if (value === null || typeof value === "boolean" || typeof value === "number") kept[name] = value;
    else if (typeof value === "string" && value.length <= LONGEST) kept[name] = value;
  }
  return kept;
}

type Readers<M extends { type: string }> = { [T in M["type"]]: (data: unknown) => Extract<M, { type: T }> | null };

/** Read an enveloped message of this version that carries this nonce, by the reader of its type. */
function read<M extends { type: string }>(readers: Readers<M>, data: unknown, nonce: string): M | null {
  const type = text(data, "type");
  const ours = nonce !== "" && own(data, "curbside") === VERSION && own(data, "nonce") === nonce;
  return ours && type !== null && has.call(readers, type) ? readers[type as M["type"]](data) : null;
}

const fromPanel: Readers<FromPanel> = {
  ready: (data) => ({ type: "ready", accent: colour(data, "accent") }),
  need_token: (data) => {
    const challenge = text(data, "challenge");
    return challenge !== null && CHALLENGE.test(challenge) ? { type: "need_token", challenge } : null;
  },
  unread: (data) => ({ type: "unread", count: whole(data, "count") }),
  close: () => ({ type: "close" }),
  fold: (data) => ({ type: "fold", folded: own(data, "folded") === true }),
  move: (data) => ({ type: "move", dx: pixels(data, "dx"), dy: pixels(data, "dy") }),
  off: (data) => ({ type: "off", why: text(data, "why") || "" }),
  on: () => ({ type: "on" }),
  event: (data) => {
    const name = text(data, "name", 40);
    return name !== null && EVENT.test(name) ? { type: "event", name, detail: cleanDetail(own(data, "detail")) } : null;
  },
  announce: (data) => ({ type: "announce", count: whole(data, "count") }),
  wiped: () => ({ type: "wiped" }),
};

const fromHost: Readers<FromHost> = {
  hello: (data) => ({
    type: "hello",
    look: cleanLook(own(data, "look")),
    context: cleanContext(own(data, "context")),
    open: own(data, "open") === true,
    signed: own(data, "signed") === true,
    phone: text(data, "phone", 40) || "",
  }),
  identity: (data) => {
    const challenge = text(data, "challenge");
    const jwt = text(data, "jwt", 8192);
    return challenge && jwt ? { type: "identity", challenge, jwt } : null;
  },
  no_identity: (data) => {
    const why = own(data, "why");
    return { type: "no_identity", why: why === "failed" || why === "timeout" ? why : "unsigned" };
  },
  context: (data) => ({ type: "context", fields: cleanContext(own(data, "fields")) }),
  open: () => ({ type: "open" }),
  close: () => ({ type: "close" }),
  logout: () => ({ type: "logout" }),
  look: (data) => ({ type: "look", ...cleanLook(data) }),
  start: (data) => ({ type: "start", context: own(data, "context") ? cleanContext(own(data, "context")) : null }),
};

/** Read what came from the panel; null when it is not for us. The caller has checked source and origin. */
export const readFromPanel = (data: unknown, nonce: string): FromPanel | null => read(fromPanel, data, nonce);

/** Read what came from the launcher; null when it is not for us. The caller has checked source and origin. */
export const readFromHost = (data: unknown, nonce: string): FromHost | null => read(fromHost, data, nonce);
