// Everything one client holds, and the outputs it is gathering; the tables of inputs and frames act on this.
import type { Input, Kept, Output } from "./contract";
import type { ClientFrame } from "./frames";
import { Link, type LinkOutput } from "./link";
import { Outbox } from "./outbox";
import { Readings } from "./reading";
import { Shelves } from "./shelves";
import { type ClientState, type Draft, emptyState } from "./state";

export class Holdings {
  state: ClientState = emptyState();
  link: Link;
  token = "";
  device = "";
  tab = "";
  epoch: string | null = null;
  vault: string | null = null; // the key of the sealed store, in memory only
  unsealed = false; // what the store held has been taken in
  unkept = false; // something changed that the store should hold
  renewAt: number | null = null;
  adopted = new Set<string>(); // places of drafts that another tab keeps; text has one keeper, or it comes back sent
  postponed = new Set<string>(); // topics that are asked for again with a fresh token
  outputs: Output[] = [];

  constructor(
    readonly random: () => number,
    public outbox: Outbox = new Outbox(random),
    public readings: Readings = new Readings(),
    public shelves: Shelves = new Shelves(),
  ) {
    this.link = new Link(random);
  }

  emit(output: Output): void {
    this.outputs.push(output);
  }

  send(...frames: ClientFrame[]): void {
    if (this.link.live) for (const frame of frames) this.emit({ kind: "send", frame });
  }

  patch(part: Partial<ClientState>): void {
    this.state = { ...this.state, ...part };
  }

  /** Change one entry of a map in the state. */
  put<K extends Mapped>(map: K, key: string, entry: ClientState[K][string]): void {
    this.patch({ [map]: { ...this.state[map], [key]: entry } } as Partial<ClientState>);
  }

  drop(map: Mapped, key: string): void {
    if (!(key in this.state[map])) return;
    const { [key]: _dropped, ...rest } = this.state[map] as Record<string, unknown>;
    this.patch({ [map]: rest } as Partial<ClientState>);
  }

  /** The server may not know the conversation yet: its start is on its way, or waits in the store that is still sealed. */
  awaitsStart(conversation: string): boolean {
    return !this.unsealed || this.outbox.starting(conversation);
  }

  obey(outputs: LinkOutput[], now: number): void {
    for (const output of outputs) linkOutputs[output](this, now);
  }

  takePostponed(): string[] {
    const topics = [...this.postponed];
    this.postponed.clear();
    return topics;
  }

  /** The line is gone: what was on its way is unknown, what others were doing too. */
  disconnected(): void {
    this.outbox.disconnected();
    this.readings.disconnected();
    this.shelves.disconnected();
    this.postponed.clear();
    for (const id of this.outbox.conversations()) this.readings.changed.add(id);
    this.patch({ typing: {}, viewers: {} });
  }

  /** The database was restored: read everything anew, and offer again what it may have lost. */
  restored(now: number): void {
    this.readings.restart();
    this.shelves.restart();
    this.outbox.offerAgain(now);
    for (const id of this.outbox.conversations()) this.readings.changed.add(id);
    this.unkept = true;
  }

  /** Show what another tab of this person says is written; where somebody is looking, nothing of theirs is replaced. */
  adopt(place: string, draft: Draft | null, shown: boolean): void {
    const mine = this.state.drafts[place] ?? null;
    if (JSON.stringify(mine) === JSON.stringify(draft)) return;
    if (shown && mine && !this.adopted.has(place)) return;
    this.adopted.add(place);
    if (draft) this.put("drafts", place, draft);
    else this.drop("drafts", place);
    this.unkept = true;
  }

  /** The drafts that this tab keeps. */
  ownDrafts(): Record<string, Draft> {
    return Object.fromEntries(Object.entries(this.state.drafts).filter(([place]) => !this.adopted.has(place)));
  }

  /** Take in what an earlier page of this person had kept. */
  unseal(kept: Kept | null, now: number): void {
    this.unsealed = true;
    if (!kept) return;
    this.outbox.restore(kept.commands, now);
    this.patch({ drafts: { ...kept.drafts, ...this.state.drafts } });
    for (const place of Object.keys(kept.drafts)) this.adopted.delete(place);
    if (this.epoch && kept.epoch && kept.epoch !== this.epoch) this.outbox.offerAgain(now);
    this.epoch ??= kept.epoch;
    for (const id of this.outbox.conversations()) this.readings.changed.add(id);
    this.unkept = true;
  }

  /** Forget the person at once. The sealed store stays: only the same person's key opens it. */
  wipe(code: string, now: number): void {
    this.obey(this.link.end(code, now), now);
    this.outbox = new Outbox(this.random);
    this.readings = new Readings();
    this.shelves = new Shelves();
    this.adopted = new Set();
    this.token = "";
    this.vault = null;
    this.renewAt = null;
    this.unkept = false;
    this.state = { ...emptyState(), link: "ended", ended: code };
  }
}

type Mapped = {
  [K in keyof ClientState]: ClientState[K] extends Record<string, infer _>
    ? K extends "snapshot" | "me"
      ? never
      : K
    : never;
}[keyof ClientState];

const linkOutputs: Record<LinkOutput, (held: Holdings, now: number) => void> = {
  connect: (held) => held.emit({ kind: "connect" }),
  hello: (held) => held.emit({ kind: "send", frame: hello(held) }),
  ping: (held, now) => held.emit({ kind: "send", frame: { type: "ping", at: now } }),
  close: (held) => {
    held.emit({ kind: "close" });
    held.disconnected();
  },
  renew: (held) => held.emit({ kind: "renew" }),
  ended: (held) => {
    held.emit({ kind: "ended", code: held.link.ended ?? "ended" });
    held.patch({ ended: held.link.ended });
  },
};

function hello(held: Holdings): ClientFrame {
  const { token, device, tab, epoch } = held;
  const cursors = held.readings.cursors((conversation) => held.awaitsStart(conversation));
  return { type: "hello", version: 1, token, device, tab, epoch, cursors, caps: [] };
}

export type Table<T extends { [K in D]: string }, D extends string> = {
  [N in T[D]]: (held: Holdings, value: Extract<T, Record<D, N>>, now: number) => void;
};
export type Inputs = Table<Input, "kind">;
