// What lets this page carry its person's part of a call: a code out of its address, exchanged once, and renewed after.
const KEPT = "curbside:part";
const JOINED = "curbside:joined";

export interface Part {
  token: string;
  tenant: string;
  way: "window" | "phone";
  call: string;
  conversation: string;
}

/** Why there is no pass, or none any more; `again`: the same may go well in a moment. */
export class NoPass extends Error {
  constructor(
    readonly again: boolean,
    readonly afterMs = 0,
  ) {
    super(again ? "unreachable" : "over");
  }
}

/** Take the code out of the address, and erase it there before anything else happens. */
export function takeCode(): string {
  const code = new URLSearchParams(location.hash.slice(1)).get("c") ?? "";
  history.replaceState(null, "", location.pathname);
  return code;
}

/** A part as it was before this very tab was loaded anew. It is good for one call, and ends with the EHR's log-in. */
export function keptPart(): Part | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Part | null;
  } catch {
    return null;
  }
}

/** Whether our own panel opened this page, as the browser told the server. */
export function openedByPanel(): boolean {
  return JSON.parse(document.getElementById("config")?.textContent || "{}").joins === true;
}

/** Remember that a person joined this call in this tab, so that it need not be asked again when it is loaded anew. */
export function noteJoined(part: Part): void {
  try {
    sessionStorage.setItem(JOINED, part.call);
  } catch {}
}

export function hasJoined(part: Part): boolean {
  try {
    return sessionStorage.getItem(JOINED) === part.call;
  } catch {
    return false;
  }
}

function keep(part: Part | null): void {
  try {
    if (part) sessionStorage.setItem(KEPT, JSON.stringify(part));
    else sessionStorage.removeItem(KEPT);
  } catch {} // then a page that is loaded anew has to be opened anew
}

export class Pass {
  private fresh = true;

  private constructor(
    private part: Part,
    private readonly over: () => void,
  ) {}

  /** By a code, or, of a page that was loaded anew, by what it held. Throws NoPass. */
  static async by(code: string, kept: Part | null, over: () => void): Promise<Pass> {
    if (!code && !kept) throw new NoPass(false);
    return new Pass(await ask(code ? { code } : {}, code ? "" : (kept?.token ?? "")), over);
  }

  get place(): Part {
    return this.part;
  }

  /** The token that is good now; the first is fresh as it comes. */
  async token(): Promise<string> {
    if (this.fresh) {
      this.fresh = false;
      return this.part.token;
    }
    try {
      this.part = await ask({}, this.part.token);
      return this.part.token;
    } catch (failure) {
      if (failure instanceof NoPass && !failure.again) this.over();
      throw failure;
    }
  }

  forget(): void {
    keep(null);
  }
}

async function ask(body: object, token: string): Promise<Part> {
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const request = { method: "POST", credentials: "omit", headers, body: JSON.stringify(body) } as const;
  const answer = await fetch("/v1/call/token", request).catch(() => null);
  if (!answer) throw new NoPass(true);
  if (!answer.ok) {
    const again = answer.status === 429 || answer.status >= 500;
    if (!again) keep(null);
    throw new NoPass(again, Number(answer.headers.get("Retry-After") ?? 0) * 1000);
  }
  const part = (await answer.json()) as Part;
  keep(part);
  return part;
}
