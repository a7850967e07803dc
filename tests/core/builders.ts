// Builders for the nouns: what a test does not say is ordinary.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type Input, type Kept, type Output, type Parts } from "../../widget/src/core/client";
import type { CommandFrame, EventFrame, ServerFrame } from "../../widget/src/core/frames";

export const wire = join(import.meta.dirname, "..", "wire");
export const golden = <T>(folder: string): { name: string; content: T }[] =>
  readdirSync(join(wire, folder))
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, content: JSON.parse(readFileSync(join(wire, folder, name), "utf8")) as T }));

export const maria = { kind: "contact" as const, id: "con_maria", name: "Maria Lopez" };
export const sam = { kind: "agent" as const, id: "agt_sam", name: "Sam Carter" };

export const event = (seq: number, over: Partial<EventFrame> = {}): EventFrame => ({
  type: "event",
  conversation: "c",
  seq,
  kind: "message",
  key: `key${seq}`,
  at: seq * 1000,
  author: sam,
  audience: "contact",
  facts: { quote: null },
  body: { text: `text ${seq}`, files: [] },
  gone: null,
  ...over,
});

export const started = (over: Partial<EventFrame> = {}): EventFrame =>
  event(1, {
    kind: "started",
    key: null,
    author: maria,
    facts: { reference: "K7-204", urgency: "normal", team: { id: "t", name: "First" }, contact: null },
    body: { context: {} },
    ...over,
  });

export const message = (key: string, conversation = "c", text = key): CommandFrame => ({
  type: "send",
  key,
  conversation,
  kind: "message",
  body: { text },
});

export const act = (
  verb: string,
  key: string,
  conversation: string | null = "c",
  fields: object = {},
): CommandFrame => ({
  ...fields,
  type: "act",
  key,
  conversation,
  verb,
});

export const welcome = (over: object = {}): ServerFrame =>
  ({
    type: "welcome",
    connection: "x",
    epoch: "e1",
    heartbeat: 15_000,
    now: 0,
    expires_in: 900,
    vault: "AAAA",
    limits: { frame: 16384, text: 8192, files: 10, file_bytes: 1, edit_ms: 60_000 },
    you: {
      ...maria,
      role: "Nurse",
      organization: { id: "o", name: "Mercy" },
      locale: "en",
      tz: "UTC",
      audience: "contact",
    },
    snapshot: { tenant: { id: "n", name: "Northwind" }, switches: {} },
    ...over,
  }) as ServerFrame;

export const ok = (key: string, seq: number | null = null, conversation = "c"): ServerFrame => ({
  type: "ok",
  key,
  conversation,
  seq,
  at: 0,
  duplicate: false,
  result: null,
});

export const no = (key: string, code: string, retry = false, after_ms: number | null = null): ServerFrame => ({
  type: "no",
  key,
  code,
  message: code,
  retry,
  after_ms,
  detail: null,
});

/** A client with its outputs sorted by what they are. */
export class Person {
  readonly client: Client;
  now = 0;
  outputs: Output[] = [];
  kept: Kept | null = null;

  constructor(parts: Parts = {}, random: () => number = () => 0.5) {
    this.client = new Client(random, parts);
  }

  put(input: Input, after = 0): Output[] {
    this.now += after;
    const outputs = this.client.receive(input, this.now);
    for (const output of outputs) {
      if (output.kind === "keep") this.kept = output.kept;
      if (output.kind === "forget") this.kept = null;
    }
    this.outputs.push(...outputs);
    return outputs;
  }

  hear(...frames: ServerFrame[]): Output[] {
    return frames.flatMap((frame) => this.put({ kind: "frame", frame }));
  }

  /** Connected, greeted, and looking at conversation "c". */
  live(over: object = {}, kept: Kept | null = null): this {
    this.put({ kind: "start", token: "t", device: "d", tab: "b", kept });
    this.put({ kind: "opened" });
    this.hear(welcome(over));
    this.put({ kind: "subscribe", topic: "conversation:c" });
    return this;
  }

  get timeline() {
    const timeline = this.client.state.timelines.c;
    if (!timeline) throw new Error("conversation c is not here");
    return timeline;
  }

  shown(): string[] {
    return this.timeline.items.map((item) => item.key);
  }
}

export const sent = (outputs: Output[], type: string) =>
  outputs.flatMap((output) => (output.kind === "send" && output.frame.type === type ? [output.frame] : []));
export const kinds = (outputs: Output[]) => outputs.map((output) => output.kind);
