// Types of the global `Curbside`, for the vendor's own code: docs/embedding.md.

/** Where the person is. What is not set up for the tenant stays in the browser. Never patient data. */
export interface CurbsideContext {
  module?: string;
  screen?: string;
  version?: string | number;
  build?: string | number;
  error?: string;
  correlation?: string;
  workstation?: string;
  [setUpForTheTenant: string]: string | number | undefined;
}

export interface CurbsideBoot {
  /** Ask your backend for a signed token with this nonce; without it the button shows phone number and hours only. */
  token?: (nonce: string) => string | PromiseLike<string>;
  /** An opaque word for the log-in (it never leaves the page): `boot` with the same word again is not a switch of user. */
  user?: string;
  context?: CurbsideContext;
  /** BCP 47; the page's `lang` unless given. */
  locale?: string;
  scheme?: "light" | "dark" | "auto";
  /** `#rrggbb`; the tenant's own unless given. */
  accent?: string;
}

/** Facts of an event: names and numbers, never a word that somebody wrote. */
export type CurbsideDetail = Readonly<Record<string, string | number | boolean>>;
export type CurbsideEvent =
  | "ready"
  | "open"
  | "close"
  | "unread"
  | "conversation:started"
  | "conversation:claimed"
  | "conversation:resolved"
  | "conversation:reopened"
  | "conversation:rated"
  | "message:received"
  | "message:sent";
export type CurbsideEnd = () => void;

export interface CurbsideVerbs {
  boot(settings?: CurbsideBoot): void;
  shutdown(): void;
  logout(): void;
  open(): void;
  close(): void;
  toggle(): void;
  show(): void;
  hide(): void;
  /** Somebody works in the page: help does not sign them out as idle. */
  active(): void;
  startConversation(context?: CurbsideContext): void;
  setContext(context: CurbsideContext): void;
  on(event: CurbsideEvent | (string & {}), listener: (detail: CurbsideDetail) => void): CurbsideEnd;
  unreadCount(listener: (count: number) => void): CurbsideEnd;
}

/** `Curbside("boot", {…})` works from the first moment; `Curbside.boot({…})` once the script has loaded. */
export type CurbsideGlobal = Partial<CurbsideVerbs> &
  (<Verb extends keyof CurbsideVerbs>(
    verb: Verb,
    ...args: Parameters<CurbsideVerbs[Verb]>
  ) => ReturnType<CurbsideVerbs[Verb]> | undefined);

declare global {
  var Curbside: CurbsideGlobal;
  interface DocumentEventMap {
    "curbside:ready": CustomEvent<CurbsideDetail>;
    "curbside:open": CustomEvent<CurbsideDetail>;
    "curbside:close": CustomEvent<CurbsideDetail>;
    "curbside:unread": CustomEvent<CurbsideDetail>;
    "curbside:message:received": CustomEvent<CurbsideDetail>;
  }
}
