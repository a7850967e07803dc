// What the server wrote into the page, and what the page's address carries. Parsed once, at the edge.
import type { Incident } from "../core/frames";

export interface Hours {
  tz: string;
  days: [string, string][][]; // seven days from Monday, each with its spans; empty: always
}

export interface Config {
  tenant: string;
  origins: string[];
  name: string;
  phone: string;
  hours: Hours | null;
  open: boolean;
  opens_at: number | null;
  incidents: Incident[];
  accent: string | null;
  locale: string;
  switches: Record<string, boolean>;
  context_fields: string[]; // the names that the server takes
}

/** Read the page's configuration; whatever is missing gets the cautious default. */
export function parseConfig(text: string): Config {
  const given = JSON.parse(text) as Partial<Config>;
  return {
    tenant: given.tenant ?? "",
    origins: given.origins ?? [],
    name: given.name ?? "",
    phone: given.phone ?? "",
    hours: given.hours ?? null,
    open: given.open ?? true,
    opens_at: given.opens_at ?? null,
    incidents: given.incidents ?? [],
    accent: given.accent ?? null,
    locale: given.locale ?? "en",
    switches: given.switches ?? {},
    context_fields: given.context_fields ?? [],
  };
}

/** Take the nonce out of the address, and erase it there. */
export function takeNonce(): string {
  const nonce = new URLSearchParams(location.hash.slice(1)).get("n") ?? "";
  history.replaceState(null, "", location.pathname + location.search);
  return nonce;
}

/** Encode bytes as base64url without padding. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** 128 random bits: 22 characters. */
export const newId = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)));

/** This browser's own name, kept where the browser allows it; it says nothing of who uses it. */
export function deviceId(): string {
  const name = "curbside:device";
  try {
    const known = localStorage.getItem(name);
    if (known && /^[\w-]{22}$/.test(known)) return known;
    const made = newId();
    localStorage.setItem(name, made);
    return made;
  } catch {
    return newId(); // storage is closed to third-party frames here: drafts then last as long as the page
  }
}
