// Lets a simulation drive many clients in lock-step: JSON lines in, one JSON line out for each.
//   {"client":"a","create":{"seed":1,"mutant":"no_heads"|null}}     a new client; one of that name is dropped
//   {"client":"a","input":{…},"now":123}                            → {"outputs":[…],"digest":"…"}
//   … with "quiet":true                                              → {"outputs":[…]}, without what was kept
//   {"client":"a","crash":true}                                     dropped; what it last kept stays
//   {"client":"a","kept":true}                                      → {"kept":{…}|null}: for the next `start`
//   {"client":"a","view":true}                                      → {"view":{…}}: what its person sees
//   {"client":"a","discard":true}                                   dropped with all it kept
// An array of such lines is answered by an array. Node only; in no bundle that is shipped.
import { createInterface } from "node:readline";
import { answers } from "./answers";
import { Client, type Input, type Kept, type Parts } from "./client";
import type { Entry } from "./entry";
import type { EventFrame } from "./frames";
import { Outbox } from "./outbox";
import { Readings } from "./reading";
import type { ClientState, Item, Timeline } from "./state";

interface Line {
  client: string;
  create?: { seed: number; mutant?: string | null };
  input?: Input;
  now?: number;
  quiet?: true;
  crash?: true;
  kept?: true;
  view?: true;
  discard?: true;
}

const clients = new Map<string, Client>();
const kept = new Map<string, Kept>();

/** Broken clients that a simulation must catch. They live here alone. */
const mutants: Record<string, (random: () => number) => Parts> = {
  no_dedupe: () => ({ readings: new Forgetful() }),
  no_heads: () => ({ answers: { ...answers, heads: () => undefined } }),
  pipelining: (random) => ({ outbox: new Impatient(random) }),
  no_epoch: () => ({
    answers: {
      ...answers,
      welcome: (held, frame, now) => answers.welcome(held, { ...frame, epoch: held.epoch ?? frame.epoch }, now),
    },
  }),
};

/** Shows whatever arrives, known or not. */
class Forgetful extends Readings {
  protected override place(timeline: Timeline, event: EventFrame): Timeline {
    if (event.seq > timeline.seq) return super.place(timeline, event);
    const again = timeline.items.find((item) => item.seq === event.seq);
    return again ? { ...timeline, items: [...timeline.items, { ...again, key: `${again.key}#again` }] } : timeline;
  }
}

/** Sends everything at once instead of waiting for each answer. */
class Impatient extends Outbox {
  protected override heads(): Entry[] {
    return this.pending();
  }
}

function answer(line: Line): object {
  if (line.create) return create(line.client, line.create);
  if (line.kept) return { kept: kept.get(line.client) ?? null };
  if (line.crash || line.discard) return drop(line);
  const client = clients.get(line.client);
  if (!client) return { error: `no client ${line.client}` };
  if (line.view) return { view: view(client.state) };
  return line.input ? feed(line.client, client, line.input, line) : { error: "nothing to do" };
}

function create(id: string, { seed, mutant }: NonNullable<Line["create"]>): object {
  const parts = mutant ? mutants[mutant] : () => ({});
  if (!parts) return { error: `no mutant ${mutant}` };
  const random = randomFrom(seed);
  clients.set(id, new Client(random, parts(random)));
  return { ok: true };
}

function drop({ client, discard }: Line): object {
  clients.delete(client);
  if (discard) kept.delete(client);
  return { ok: true };
}

function feed(id: string, client: Client, input: Input, { now = 0, quiet }: Line): object {
  const outputs = client.receive(input, now);
  for (const output of outputs) {
    if (output.kind === "keep") kept.set(id, structuredClone(output.kept));
    if (output.kind === "forget") kept.delete(id);
  }
  if (quiet) return { outputs: outputs.filter(({ kind }) => kind !== "keep" && kind !== "forget") };
  return { outputs, digest: digest(client.state) };
}

const seen = ({ key, seq, kind, author, body, gone, edited, delivery }: Item) => ({
  ...{ key, seq, kind, gone, edited, delivery },
  author: author.id,
  text: body?.text ?? null,
});

function view(state: ClientState): object {
  const timelines = Object.values(state.timelines).map((each) => [
    each.conversation,
    { seq: each.seq, live: each.live, status: each.status, items: each.items.map(seen) },
  ]);
  const { link, ended, unread, drafts } = state;
  return { link, ended, unread, drafts, timelines: Object.fromEntries(timelines) };
}

/** A short name of what a person sees: equal views have equal digests. */
function digest(state: ClientState): string {
  let hash = 0x811c9dc5;
  for (const letter of JSON.stringify(view(state))) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Repeatable randomness (mulberry32): the same seed, the same run. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function answered(text: string): object {
  try {
    const lines = JSON.parse(text) as Line | Line[];
    return Array.isArray(lines) ? lines.map(answer) : answer(lines);
  } catch (failure) {
    return { error: String(failure) };
  }
}

createInterface({ input: process.stdin, terminal: false }).on("line", (text) => {
  process.stdout.write(`${JSON.stringify(answered(text))}\n`);
});
