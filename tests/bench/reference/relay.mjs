// The reference: the least that relays messages durably. Node `ws`, better-sqlite3, one commit for many messages,
// at the durability that Curbside promises: WAL, synchronous=FULL, `ok` only after the commit.
//
// It speaks the frames that the bench drives (hello, welcome, live, send, ok, event), so that one load generator
// serves both. What it leaves out, and Curbside does for every message: knowing who is calling (any `hello` is
// believed), deciding who may write and who may read, one number for each audience, refusing the same key twice,
// sealing texts, chaining events, receipts, the conversation's row, lists, the author's own copy, limits on frames,
// queues and rates, clocks.
//
//   node relay.mjs <database> <port>

import Database from "better-sqlite3";
import { WebSocketServer } from "ws";

const [, , path, port] = process.argv;
const database = new Database(path);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`CREATE TABLE IF NOT EXISTS message (
  conversation TEXT, seq INTEGER, key TEXT, at INTEGER, body TEXT, PRIMARY KEY (conversation, seq))`);
const insert = database.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?)");
const commit = database.transaction((batch) => {
  for (const one of batch) insert.run(one.conversation, one.seq, one.key, one.at, one.body);
});

const heads = new Map(); // conversation → last number
const watching = new Map(); // conversation → sockets
const calls = new Map(); // call → sockets
let waiting = [];

function receive(socket, text) {
  const frame = JSON.parse(text);
  if (frame.type === "hello") welcome(socket, frame);
  else if (frame.type === "send") take(socket, frame);
  else if (frame.type === "call_here") join(socket, frame);
  else if (frame.type === "signal") pass(socket, frame);
  else if (frame.type === "ping") socket.send(JSON.stringify({ type: "heads", at: frame.at, now: Date.now(), heads: {} }));
}

function welcome(socket, { cursors }) {
  socket.send(JSON.stringify({ type: "welcome", heartbeat: 15_000, now: Date.now() }));
  socket.watched = Object.keys(cursors ?? {});
  for (const conversation of socket.watched) {
    if (!watching.has(conversation)) watching.set(conversation, new Set());
    watching.get(conversation).add(socket);
    socket.send(JSON.stringify({ type: "live", conversation, seq: heads.get(conversation) ?? 0 }));
  }
}

function take(socket, { conversation, key, body }) {
  const seq = (heads.get(conversation) ?? 0) + 1;
  heads.set(conversation, seq);
  // What arrives while this turn of the loop reads its sockets is one batch.
  if (waiting.length === 0) setImmediate(flush);
  waiting.push({ socket, conversation, seq, key, at: Date.now(), body: JSON.stringify(body) });
}

function flush() {
  const batch = waiting;
  waiting = [];
  commit.immediate(batch);
  for (const { socket, conversation, seq, key, at, body } of batch) {
    socket.send(JSON.stringify({ type: "ok", key, conversation, seq, at }));
    const event = `{"type":"event","conversation":"${conversation}","seq":${seq},"kind":"message","key":"${key}","at":${at},"body":${body}}`;
    for (const other of watching.get(conversation) ?? []) if (other !== socket) other.send(event);
  }
}

/** Whoever says that they are in a call is; what one of two says goes to the other, and nobody repeats it. */
function join(socket, { call }) {
  if (!calls.has(call)) calls.set(call, new Set());
  calls.get(call).add(socket);
  socket.send(JSON.stringify({ type: "ice", call, servers: [] }));
}

function pass(socket, { to: _to, ...said }) {
  for (const other of calls.get(said.call) ?? []) if (other !== socket) other.send(JSON.stringify(said));
}

function leave(socket) {
  for (const conversation of socket.watched ?? []) watching.get(conversation)?.delete(socket);
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), maxPayload: 16_384, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (text) => receive(socket, text));
  socket.on("close", () => leave(socket));
});
server.on("listening", () => console.log("ready"));
