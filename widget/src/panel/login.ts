// From the EHR's signed word to a token of our own: a verifier that never leaves this frame but to the server.
import type { FromHost, FromPanel } from "../core/bridge";
import { base64url } from "./config";

/** Why nobody could be identified; `final`: asking again by itself would not help. */
export class NotIdentified extends Error {
  constructor(
    readonly code: string,
    readonly final: boolean,
    readonly afterMs = 0, // the server asked for patience
  ) {
    super(code);
  }
}

export interface Identified {
  token: string;
  contact: { id: string };
}

interface Options {
  tenant: string;
  device: string;
  tell(message: FromPanel): void;
  fetch: typeof fetch;
  patience: number; // ms that the host may take to fetch a JWT
}

/** Asks the host for a JWT that fits a fresh verifier, and exchanges both. One question at a time. */
export class Login {
  private waiting: { challenge: string; resolve(jwt: string): void; reject(why: NotIdentified): void } | null = null;
  private running: Promise<Identified> | null = null;

  constructor(private readonly options: Options) {}

  /** Identify the contact, or say why that could not be. */
  identify(): Promise<Identified> {
    this.running ??= this.once().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Hear the host's answer; anything that was not asked for is ignored. */
  heard(message: FromHost): void {
    if (!this.waiting) return;
    if (message.type === "identity" && message.challenge === this.waiting.challenge) this.waiting.resolve(message.jwt);
    if (message.type === "no_identity") this.refuse(message.why);
  }

  /** Give up what is being asked: the person has gone. */
  refuse(why: string): void {
    this.waiting?.reject(new NotIdentified(why, why === "unsigned"));
  }

  private async once(): Promise<Identified> {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const verifier = base64url(bytes);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const jwt = await this.ask(base64url(new Uint8Array(digest)));
    return this.exchange(jwt, verifier);
  }

  private async ask(challenge: string): Promise<string> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.waiting = { challenge, resolve, reject };
        timer = setTimeout(() => this.refuse("timeout"), this.options.patience);
        this.options.tell({ type: "need_token", challenge });
      });
    } finally {
      clearTimeout(timer);
      this.waiting = null;
    }
  }

  private async exchange(jwt: string, verifier: string): Promise<Identified> {
    const { tenant, device } = this.options;
    const response = await this.options.fetch("/v1/identify", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      body: JSON.stringify({ tenant, jwt, verifier, device }),
    });
    if (response.ok) return (await response.json()) as Identified;
    const answer = (await response.json().catch(() => null)) as {
      error?: { code: string; retry: boolean; after_ms: number | null };
    } | null;
    const retry = answer?.error?.retry ?? response.status >= 500;
    throw new NotIdentified(answer?.error?.code ?? "refused", !retry, answer?.error?.after_ms ?? 0);
  }
}
