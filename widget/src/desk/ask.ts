// Questions the desk asks over HTTPS: its token, the search, contacts, and what a contact asked before.
import type { Contact, ConversationRow } from "../core/frames";

export interface Found {
  row: ConversationRow;
  snippet: string;
  seq: number | null;
}

export interface Ask {
  /** A fresh token for the socket. */
  token(): Promise<string>;
  search(query: string, signal: AbortSignal): Promise<Found[]>;
  contacts(query: string, signal: AbortSignal): Promise<Contact[]>;
  history(contact: string, signal: AbortSignal): Promise<ConversationRow[]>;
}

/** Thrown where the log-in is over; the page is on its way to the log-in by then. */
export class LoggedOff extends Error {}

const early = 60_000;

/** Ask the server this page came from. */
export function askServer(origin: string, loggedOff: () => void): Ask {
  let kept: { token: string; until: number } | null = null;

  async function token(): Promise<string> {
    const answer = await fetch(`${origin}/desk/token`, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
    });
    if (answer.status === 401 || answer.status === 403) {
      loggedOff();
      throw new LoggedOff();
    }
    if (!answer.ok) {
      const afterMs = 1000 * Number(answer.headers.get("Retry-After")) || 0;
      throw Object.assign(new Error("token"), { afterMs });
    }
    const given = (await answer.json()) as { token: string; expires_in: number };
    kept = { token: given.token, until: Date.now() + given.expires_in * 1000 - early };
    return given.token;
  }

  async function post<T>(path: string, body: object, signal: AbortSignal): Promise<T> {
    const bearer = kept && kept.until > Date.now() ? kept.token : await token();
    const answer = await fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal,
    });
    if (!answer.ok) throw new Error(path);
    return (await answer.json()) as T;
  }

  return {
    token,
    search: async (q, signal) => (await post<{ results: Found[] }>("/v1/search", { q }, signal)).results,
    contacts: async (q, signal) => (await post<{ contacts: Contact[] }>("/v1/contacts", { q }, signal)).contacts,
    history: async (contact, signal) =>
      (await post<{ rows: ConversationRow[] }>("/v1/history", { contact }, signal)).rows,
  };
}
