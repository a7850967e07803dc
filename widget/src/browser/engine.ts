// Drives one `Client`: obeys its outputs with timers, connections, the sealed store and fresh tokens.
import { Client } from "../core/client";
import type { Input, Kept, Output } from "../core/contract";
import type { ClientState } from "../core/state";
import { Connector } from "./connector";
import type { Connection } from "./socket";
import { alive } from "./tabs";
import { Vault } from "./vault";

/** What is passed on to the page as it is. */
export type Told = Extract<Output, { kind: "arrived" | "mentioned" | "called" | "answered" | "ended" }>;

/** What the page around wants to know. */
export interface Hearer {
  changed(state: ClientState): void;
  told(output: Told): void;
}

export interface EngineOptions {
  origin: string;
  token: () => Promise<string>;
  device: string;
  tab: string;
  scope: string;
}

const TOKEN_AGAIN = 2_000;
const TOKEN_CAP = 30_000;

export class Engine {
  /** The last token, for requests beside the wire. */
  token = "";
  private readonly client = new Client(Math.random);
  private readonly connector: Connector;
  private readonly vault = new Vault();
  private connection: Connection | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private written: Promise<void> = Promise.resolve();
  private key: string | null = null; // of the sealed store
  private asking = false;
  private stopped = false;

  constructor(
    private readonly options: EngineOptions,
    private readonly hearer: Hearer,
  ) {
    this.connector = new Connector(options.origin);
  }

  get state(): ClientState {
    return this.client.state;
  }

  /** Whether unsent text would outlive this page. */
  get safe(): boolean {
    return this.vault.lasting && this.state.me !== null;
  }

  /** Find out who is there, then connect. Typing is possible meanwhile. */
  async start(): Promise<void> {
    const { device, tab } = this.options;
    const token = await this.fresh();
    if (token !== null) this.receive({ kind: "start", token, device, tab });
  }

  /** Take an input. Resolves once whatever of it must outlive the page is on the device. */
  receive(input: Input): Promise<void> {
    if (this.stopped) return Promise.resolve();
    const before = this.client.state;
    const outputs = this.client.receive(input, Date.now());
    for (const output of outputs) this.obey(output);
    if (this.client.state !== before) this.hearer.changed(this.client.state);
    return this.written;
  }

  /** Take in what tabs left that are gone: text that was not sent, and messages that nobody acknowledged. */
  async inherit(): Promise<void> {
    if (this.key === null || this.stopped) return;
    const living = await alive();
    const kept = await this.vault
      .inherit(this.person(), this.slot(), this.key, (slot) => !living.has(slot))
      .catch(() => null);
    if (kept) this.receive({ kind: "kept", kept });
  }

  stop(): void {
    this.stopped = true;
    this.key = null;
    clearTimeout(this.timer);
    this.connection?.close();
    this.connection = null;
  }

  private obey(output: Output): void {
    const act = this.acts[output.kind] as ((output: Output) => void) | undefined;
    if (act) act(output);
    else this.hearer.told(output as Told);
  }

  private readonly acts: { [K in Output["kind"]]?: (output: Extract<Output, { kind: K }>) => void } = {
    connect: () => this.connect(),
    send: ({ frame }) => this.connection?.send(frame),
    close: () => {
      this.connection?.close();
      this.connection = null;
    },
    wake: ({ at }) => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.receive({ kind: "tick" }), Math.max(0, at - Date.now()) + 1);
    },
    renew: () => void this.renew(),
    unseal: ({ vault }) => void this.unseal(vault),
    keep: (output) => this.keep(output),
    forget: (output) => this.keep(output),
  };

  private connect(): void {
    const current = (act: () => void) => () => connection === this.connection && act();
    const connection: Connection = this.connector.connect({
      opened: () => current(() => this.receive({ kind: "opened" }))(),
      frame: (frame) => current(() => this.receive({ kind: "frame", frame }))(),
      closed: (code) => current(() => this.receive({ kind: "closed", ...(code === undefined ? {} : { code }) }))(),
    });
    this.connection = connection;
  }

  private async renew(): Promise<void> {
    const token = await this.fresh();
    if (token !== null) this.receive({ kind: "token", token });
  }

  /** A token, however long it takes: what cannot sign for us now may be what help is asked about. */
  private async fresh(): Promise<string | null> {
    if (this.asking) return null;
    this.asking = true;
    try {
      for (let pause = TOKEN_AGAIN; !this.stopped; pause = Math.min(TOKEN_CAP, pause * 2)) {
        try {
          this.token = await this.options.token();
          return this.stopped ? null : this.token;
        } catch (failure) {
          const atLeast = (failure as { afterMs?: number } | null)?.afterMs ?? 0;
          await new Promise((resolve) => setTimeout(resolve, atLeast + pause * (0.5 + Math.random() / 2)));
        }
      }
      return null;
    } finally {
      this.asking = false;
    }
  }

  private async unseal(key: string): Promise<void> {
    this.key = key;
    const person = this.person();
    const living = await alive();
    const kept = await this.vault.unseal(person, this.slot(), key, (slot) => !living.has(slot)).catch(() => null);
    this.receive({ kind: "kept", kept });
  }

  private keep(output: Extract<Output, { kind: "keep" | "forget" }>): void {
    const kept: Kept | null = output.kind === "keep" ? output.kept : null;
    this.written = this.vault
      .keep(this.slot(), kept, output.kind === "keep" ? output.vault : "")
      .catch(() => undefined);
  }

  private person(): string {
    const { me } = this.client.state;
    return `${this.options.scope}:${me?.kind ?? "nobody"}:${me?.id ?? ""}`;
  }

  private slot(): string {
    return `${this.person()}/${this.options.tab}`;
  }
}
