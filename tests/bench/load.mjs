// The load generator. Reads one plan (JSON) from standard input, drives it, writes one result (JSON).
//
// It must not be what is measured: it speaks WebSocket by hand over plain sockets (frames made before they are
// needed, masked with zeros, never parsed further than their type and conversation), runs on a core of its own and
// reports what that core had to do.

import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Peer } from "./peer.mjs";

const MAX_AT_ONCE = 64;

const plan = JSON.parse(readFileSync(0, "utf8"));
const text = "Is the order on hold? ".repeat(9).slice(0, plan.bytes);
const peers = { contacts: [], agents: [], idle: [] };
const route = new Map(); // conversation → its contact, and how far it is
let serial = 0;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Connect as many as are named, `MAX_AT_ONCE` of them at the same time, until each is welcomed and live. */
async function connect(into, hellos) {
  const began = performance.now();
  const rest = hellos.values();
  async function one() {
    for (const hello of rest) {
      const peer = new Peer(plan.port, hello, plan.idle ? () => {} : received);
      await peer.ready;
      into.push(peer);
    }
  }
  await Promise.all(Array.from({ length: Math.min(MAX_AT_ONCE, hellos.length) }, one));
  return { count: hellos.length, ms: performance.now() - began };
}

/** Take a frame: `ok` frees its contact, `event` at the agent completes a message. */
function received(peer, type, conversation) {
  if (type === "ok") {
    peer.line?.step?.answered(peer.line);
  } else if (type === "no") {
    peer.line.refused += 1;
    peer.line.outstanding -= 1;
  } else if (type === "event" && peer.line === undefined) {
    const line = route.get(conversation);
    if (line === undefined) return;
    line.on_its_way -= 1;
    line.step?.relayed(line);
  }
}

function send(line) {
  serial += 1;
  const key = serial.toString(36).padStart(22, "0");
  const frame = { type: "send", key: plan.run.padEnd(8, "0").slice(0, 8) + key.slice(8), conversation: line.conversation };
  line.contact.send(JSON.stringify({ ...frame, kind: "message", body: { text } }));
  line.outstanding += 1;
  line.on_its_way += 1;
}

/** Each contact sends, waits for its `ok`, sends again. */
class Saturated {
  constructor(lines, ms) {
    Object.assign(this, { lines, ms, on: true, acknowledged: 0, delivered: 0, total: 0 });
  }

  async run() {
    const began = performance.now();
    for (const line of this.lines) send(line);
    await wait(this.ms);
    this.on = false;
    const took = performance.now() - began;
    const { acknowledged, delivered } = this;
    await drained(this.lines);
    // CPU time is counted over everything that was sent, the last round included; the rate over the time alone.
    return { kind: "saturated", acknowledged, delivered, ms: took, total: this.total, whole_ms: performance.now() - began };
  }

  answered(line) {
    this.total += 1;
    this.acknowledged += this.on ? 1 : 0;
    line.outstanding -= 1;
    if (this.on) send(line);
  }

  relayed() {
    this.delivered += this.on ? 1 : 0;
  }
}

/**
 * Messages fall due at a fixed rate whatever the server does, and are timed from when they were due, not from when
 * they could be sent: a server that stalls cannot hide it (no coordinated omission). `late` is the generator's own
 * part of that.
 */
class Scheduled {
  constructor(lines, ms, rate) {
    Object.assign(this, { lines, ms, rate, to_ok: [], to_agent: [], late: [], sent: 0 });
    for (const line of lines) Object.assign(line, { due_ok: [], due_agent: [] });
  }

  async run() {
    const began = performance.now();
    const every = 1000 / this.rate;
    const total = Math.floor(this.ms / every);
    while (this.sent < total) {
      const now = performance.now();
      for (; this.sent < total && began + this.sent * every <= now; this.sent += 1) {
        this.#send(this.lines[this.sent % this.lines.length], began + this.sent * every);
      }
      await new Promise(setImmediate); // spinning: a timer would be a millisecond late
    }
    await drained(this.lines);
    const { to_ok, to_agent, late } = this;
    return { kind: "scheduled", rate: this.rate, sent: total, ok: spread(to_ok), agent: spread(to_agent), late: spread(late), ms: performance.now() - began };
  }

  #send(line, due) {
    this.late.push(performance.now() - due);
    line.due_ok.push(due);
    line.due_agent.push(due);
    send(line);
  }

  answered(line) {
    line.outstanding -= 1;
    this.to_ok.push(performance.now() - line.due_ok.shift());
  }

  relayed(line) {
    this.to_agent.push(performance.now() - line.due_agent.shift());
  }
}

async function drained(lines) {
  const until = performance.now() + 10_000;
  while (lines.some((line) => line.outstanding > 0 || line.on_its_way > 0) && performance.now() < until) await wait(20);
}

function spread(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: sorted.at(-1) ?? null };
}

async function step(lines, asked) {
  const steps = { saturated: () => new Saturated(lines, asked.ms), scheduled: () => new Scheduled(lines, asked.ms, asked.rate) };
  const running = steps[asked.kind]();
  for (const line of lines) Object.assign(line, { step: running, outstanding: 0, on_its_way: 0, refused: 0 });
  const before = process.cpuUsage();
  const result = await running.run();
  const used = process.cpuUsage(before);
  result.generator_cpu_ms = (used.user + used.system) / 1000;
  result.refused = lines.reduce((sum, line) => sum + line.refused, 0);
  for (const line of lines) line.step = undefined;
  return result;
}

/** Standard output carries one line a finished part; the bench reads the server's CPU time between them. */
function say(what) {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function pairs() {
  const agents = await connect(peers.agents, plan.agents);
  const contacts = await connect(peers.contacts, plan.contacts);
  const lines = plan.contacts.map((hello) => {
    const conversation = Object.keys(hello.cursors)[0];
    const contact = peers.contacts.find((peer) => peer.hello === hello);
    contact.line = { conversation, contact, outstanding: 0, on_its_way: 0, refused: 0 };
    return contact.line;
  });
  for (const line of lines) route.set(line.conversation, line);
  say({ part: "connected", agents, contacts });
  for (const asked of plan.steps) {
    say({ part: "step", ...(await step(lines, asked)) });
    await wait(plan.between_ms ?? 300);
  }
}

async function idle() {
  say({ part: "accepted", ...(await connect(peers.idle, plan.idle)) });
  await wait(plan.hold_ms);
  say({ part: "held" });
}

await (plan.idle ? idle() : pairs());
process.exit(0);
