import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Stream } from "../../widget/src/browser/stream";
import type { ClientFrame, ServerFrame } from "../../widget/src/core/frames";

const hello: ClientFrame = {
  type: "hello",
  version: 1,
  token: "t",
  device: "d".repeat(22),
  tab: "t".repeat(22),
  epoch: null,
  cursors: {},
  caps: [],
};
const send: ClientFrame = {
  type: "send",
  key: "k".repeat(22),
  conversation: "c".repeat(22),
  kind: "message",
  body: { text: "Hello" },
};

let server: Server;
let origin = "";
let answers: Record<string, (answer: ServerResponse) => void> = {};
let heard: ServerFrame[] = [];
let closed = 0;
let stream: Stream;

beforeEach(async () => {
  answers = {};
  heard = [];
  closed = 0;
  server = createServer((request, answer) => {
    request.resume();
    answers[request.url ?? ""]?.(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stream = new Stream(origin, {
    opened: () => undefined,
    frame: (frame) => heard.push(frame),
    closed: () => {
      closed += 1;
    },
  });
});

afterEach(() => {
  stream.close();
  server.closeAllConnections();
  server.close();
});

const refuse = (status: number, code: string, after_ms: number | null) => (answer: ServerResponse) => {
  const error = { code, message: "", retry: after_ms !== null, after_ms, detail: null };
  answer.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ error }));
};

const until = async (holds: () => boolean) => {
  for (let tries = 0; !holds() && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};

test.each([
  [429, "too_fast", 7000],
  [503, "busy", 5000],
])("a stream refused with %i is a bye that says when to come back", async (status, code, after) => {
  answers["/v1/stream"] = refuse(status, code, after);
  stream.send(hello);
  await until(() => heard.length > 0);
  expect(heard).toEqual([{ type: "bye", code, reconnect: "later", after_ms: after }]);
});

test.each([
  ["expired", "now"],
  ["ended", "never"],
  ["bad_token", "never"],
])("a token that is %s ends the line in its own way", async (code, reconnect) => {
  answers["/v1/frame"] = refuse(401, code, null);
  stream.send(send);
  await until(() => heard.length > 0);
  expect(heard).toEqual([{ type: "bye", code, reconnect, after_ms: null }]);
});

test.each([
  [429, "too_fast", true, 900],
  [503, "busy", true, 5000],
  [413, "too_large", false, null],
])("a command refused with %i is told so", async (status, code, retry, after) => {
  answers["/v1/frame"] = refuse(status, code, after);
  stream.send(send);
  await until(() => heard.length > 0);
  expect(heard).toEqual([{ type: "no", key: send.key, code, message: "", retry, after_ms: after, detail: null }]);
});

test("what a proxy answers in the server's place is repeated when it says so, and a size it refuses is final", async () => {
  answers["/v1/frame"] = (answer) => answer.writeHead(502, { "Retry-After": "3" }).end("<h1>Bad gateway</h1>");
  stream.send(send);
  await until(() => heard.length === 1);
  answers["/v1/frame"] = (answer) => answer.writeHead(413).end("<h1>Too large</h1>");
  stream.send(send);
  await until(() => heard.length === 2);
  expect(heard).toMatchObject([
    { type: "no", code: "unavailable", retry: true, after_ms: 3000 },
    { type: "no", code: "too_large", retry: false },
  ]);
});

test("a refused ping, typing or cursor costs nothing", async () => {
  let asked = 0;
  answers["/v1/frame"] = (answer) => {
    asked += 1;
    refuse(429, "too_fast", 900)(answer);
  };
  stream.send({ type: "ping", at: 1 });
  await until(() => asked === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([heard, closed]).toEqual([[], 0]);
});
