// Drives calls: both sides of each say what browsers say as they connect (a description, then candidates), and
// acknowledge what they hear. Reads one plan (JSON) from standard input; a line of JSON for each finished part.

import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { Peer } from "./peer.mjs";

const ROUND_MS = 2_000; // all calls once, one after the other
const AT_ONCE = 64;
const ID = '"id":"';

const plan = JSON.parse(readFileSync(0, "utf8"));
const sdp = `v=0\r\n${"a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1\r\n".repeat(64)}`;
const candidate = { candidate: "candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host", sdpMid: "0", sdpMLineIndex: 0 };
const sent = new Map(); // id → when
const took = [];
let serial = 0;
let here = 0;
let refused = 0;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

function received(peer, type, _conversation, head) {
  if (type === "ice") here += 1;
  else if (type === "no") refused += 1;
  else if (type === "signal") {
    const from = head.indexOf(ID) + ID.length;
    const id = head.slice(from, from + 22);
    peer.send(`{"type":"signal_ack","id":"${id}"}`);
    const at = sent.get(id);
    if (at !== undefined) took.push(performance.now() - at);
    sent.delete(id);
  }
}

async function connect(hellos) {
  const peers = new Map();
  const rest = hellos.values();
  async function one() {
    for (const hello of rest) {
      const peer = new Peer(plan.port, hello, received);
      await peer.ready;
      peers.set(hello.token, peer);
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, hellos.length) }, one));
  return peers;
}

/** One side's part of an exchange. */
function speak(peer, call, to, round, type) {
  const said = [{ description: { type, sdp } }, ...Array.from({ length: plan.candidates }, () => ({ candidates: [candidate] }))];
  for (const [index, one] of said.entries()) {
    serial += 1;
    const id = plan.run + serial.toString(36).padStart(22 - plan.run.length, "0");
    sent.set(id, performance.now());
    const n = round * said.length + index + 1;
    peer.send(JSON.stringify({ type: "signal", id, call, to, generation: 1, n, ...one }));
  }
}

const peers = await connect([...plan.contacts, ...plan.agents]);
for (const { call, contact, agent } of plan.calls)
  for (const token of [contact, agent]) peers.get(token).send(JSON.stringify({ type: "call_here", call, tab: plan.tab }));
while (here < 2 * plan.calls.length) await wait(20);
await wait(300);
say({ part: "here", calls: plan.calls.length });
for (let round = 0; round < plan.rounds; round += 1) {
  const began = performance.now();
  for (const [index, { call, contact, agent, contact_seat, agent_seat }] of plan.calls.entries()) {
    // On a machine that is late nobody says more at once than a person may.
    while ((sent.size > 100 && refused === 0) || performance.now() < began + (ROUND_MS * index) / plan.calls.length)
      await new Promise(setImmediate);
    speak(peers.get(contact), call, agent_seat, round, "offer");
    speak(peers.get(agent), call, contact_seat, round, "answer");
  }
}
for (let waited = 0; sent.size > 0 && waited < 30_000; waited += 20) await wait(20);
took.sort((one, other) => one - other);
const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
say({ part: "signals", count: took.length, lost: sent.size, refused, p50: at(0.5), p99: at(0.99) });
process.exit(0);
