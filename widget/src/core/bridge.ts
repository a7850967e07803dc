// What the launcher (in the EHR's page) and the panel (in its iframe) say to each other.
//
// Every message is `{curbside: 1, nonce, type, …}`, sent by postMessage to one exact origin. The receiver checks
// event.source and event.origin itself, then hands event.data to `readFromHost` or `readFromPanel`: they check version
// and nonce and build a fresh object from own properties of known names, so nothing else gets through and nothing can
// reach a prototype. A message they do not understand is null, and is ignored.
//
// The order: the launcher makes the nonce and gives it in the frame's fragment (`/panel?tenant=T&v=1#n=NONCE`), which
// the panel erases at once. When the frame has loaded the launcher says `hello`; the panel takes its host's origin
// from the first hello whose origin stands in its page's allow-list, and answers `ready`. Until then the launcher keeps
// what else it has to say. Tokens are asked for by `need_token`.

export const VERSION = 1;

export type Scheme = "light" | "dark" | "auto";
export interface Look {
  scheme: Scheme;
  locale: string;
  accent: string | null;
}
/** Where the contact is, as the page said it. */
export type Context = Record<string, string>;
export type EventDetail = Record<string, string | number | boolean>;

/** What the launcher tells the panel. */
export type FromHost =
  | { type: "hello"; look: Look; context: Context; open: boolean; signed: boolean; phone?: string | undefined } // signed: a token can be asked for
  | { type: "identity"; challenge: string; jwt: string }
  | { type: "no_identity"; why: "unsigned" | "failed" } // no answer at all is for the panel to time
  | { type: "context"; fields: Context }
  | { type: "open" }
  | { type: "close" }
  | { type: "active" } // somebody works in the page
  | { type: "logout"; final: boolean } // forget this person now; final: their log-in to the EHR is over
  | ({ type: "look" } & Look)
  | { type: "start"; context: Context }; // empty: the context of the page holds

/** What the panel tells the launcher. */
export type FromPanel =
  | { type: "ready"; accent: string | null } // accent: the tenant's own, used unless the page chose one
  | { type: "need_token"; challenge: string } // base64url(SHA-256(verifier)), 43 characters: the `nonce` of the token
  | { type: "unread"; count: number }
  | { type: "close" }
  | { type: "fold"; folded: boolean }
  | { type: "move"; dx: number; dy: number } // dragged by its header, in CSS pixels (difference of screenX, screenY)
  | { type: "off"; why?: string } // switched off for this contact: the button goes
  | { type: "on" }
  | { type: "event"; name: string; detail: EventDetail } // no text of people, ever
  | { type: "announce"; count: number } // new messages while closed: said once to screen readers
  | { type: "screen"; detail: EventDetail }; // for the code that masks a shared page (core/screening.ts)

export type Enveloped<M> = M & { curbside: 1; nonce: string };

/** Put a message into its envelope. */
export function envelope<M extends FromHost | FromPanel>(nonce: string, message: M): Enveloped<M> {
  return { ...message, curbside: VERSION, nonce };
}

const NAME = /^[a-z]\w{0,39}$/i;
const LONGEST = 200;
const COLOUR = /^#[0-9a-f]{6}$/i;
const has = Object.hasOwn;

/** Return the own property of a value that came from elsewhere, or undefined. */
function own(of: unknown, name: string): unknown {
  return of && has(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}
function text(of: unknown, name: string, longest = LONGEST): string | null {
  const value = own(of, name);
  return typeof value === "string" && value.length <= longest ? value : null;
}
const number = (of: unknown, name: string) => (own(of, name) as number) | 0;
function colour(of: unknown, name: string): string | null {
  const value = text(of, name);
  return value && COLOUR.test(value) ? value : null;
}

/** Keep the short, flat facts whose names are known; drop everything else. */
function flat(of: unknown, names: RegExp): EventDetail {
  const kept: EventDetail = {};
  for (const name in of as object) {
    const value = own(of, name);
    if (names.test(name) && /^(st|n|b)/.test(typeof value) && `${value}`.length <= LONGEST)
      kept[name] = value as string;
  }
  return kept;
}

/** Keep short values with simple names, as text. Which names may be sent along, the panel and the server know. */
export function cleanContext(fields: unknown): Context {
  const kept = flat(fields, NAME);
  for (const name in kept) kept[name] = `${kept[name]}`;
  return kept as Context;
}

/** Keep what is usable of a look, with the defaults for the rest. */
export function cleanLook(of: unknown): Look {
  const scheme = text(of, "scheme");
  return {
    scheme: scheme === "light" || scheme === "dark" ? scheme : "auto",
    locale: text(of, "locale") || "en",
    accent: colour(of, "accent"),
  };
}

type Reader = RegExp | ((of: unknown, name: string) => unknown); // a text of this form, or what this makes of it
type Readers = Record<string, Reader>;
type Shapes<M extends { type: string }> = { [T in M["type"]]: readonly (keyof Extract<M, { type: T }>)[] };

/** Read an enveloped message of this version that carries this nonce: its own known fields and no others. */
function read<M extends { type: string }>(shapes: Shapes<M>, readers: Readers, data: unknown, nonce: string): M | null {
  const type = text(data, "type") as M["type"];
  const fields = nonce && own(data, "curbside") === VERSION && own(data, "nonce") === nonce && own(shapes, type);
  if (!fields) return null;
  const message: Record<string, unknown> = { type };
  for (const name of fields as string[]) {
    const reader = readers[name] as Reader;
    message[name] = typeof reader === "function" ? reader(data, name) : reader.exec(text(data, name) || "")?.[0];
    if (message[name] === undefined) return null;
  }
  return message as M;
}

const yes = (of: unknown, name: string) => own(of, name) === true;

const panelShapes: Shapes<FromPanel> = {
  ready: ["accent"],
  need_token: ["challenge"],
  unread: ["count"],
  close: [],
  fold: ["folded"],
  move: ["dx", "dy"],
  off: [],
  on: [],
  event: ["name", "detail"],
  announce: ["count"],
  screen: ["detail"],
};
const panelReaders: Readers = {
  accent: colour,
  challenge: /^[\w-]{43}$/,
  count: number,
  folded: yes,
  dx: number,
  dy: number,
  name: /^[a-z]+(:[a-z_]+)?$/,
  detail: (of, name) => flat(own(of, name), NAME),
};

const hostShapes: Shapes<FromHost> = {
  hello: ["look", "context", "open", "signed", "phone"],
  identity: ["challenge", "jwt"],
  no_identity: ["why"],
  context: ["fields"],
  open: [],
  close: [],
  active: [],
  logout: ["final"],
  look: ["scheme", "locale", "accent"],
  start: ["context"],
};
const hostReaders: Readers = {
  look: (of, name) => cleanLook(own(of, name)),
  context: (of, name) => cleanContext(own(of, name)),
  fields: (of, name) => cleanContext(own(of, name)),
  open: yes,
  signed: yes,
  final: yes,
  phone: (of, name) => text(of, name, 40) ?? "",
  challenge: /^[\w-]{43}$/,
  jwt: (of, name) => text(of, name, 8192) || undefined, // undefined: not acceptable
  why: /^(unsigned|failed)$/,
  scheme: (of) => cleanLook(of).scheme,
  locale: (of) => cleanLook(of).locale,
  accent: colour,
};

/** Read what came from the panel; null when it is not for us. The caller has checked source and origin. */
export const readFromPanel = (data: unknown, nonce: string): FromPanel | null =>
  read<FromPanel>(panelShapes, panelReaders, data, nonce);

/** Read what came from the launcher; null when it is not for us. The caller has checked source and origin. */
export const readFromHost = (data: unknown, nonce: string): FromHost | null =>
  read<FromHost>(hostShapes, hostReaders, data, nonce);
