import { describe, expect, it } from "vitest";
import { cleanContext, cleanLook, envelope, readFromHost, readFromPanel } from "../../widget/src/core/bridge";

const NONCE = "a-nonce";
const said = (fields: object) => ({ curbside: 1, nonce: NONCE, ...fields });

describe("what the launcher reads", () => {
  it("a message comes out as it went in", () => {
    const message = { type: "unread", count: 3 } as const;
    expect(readFromPanel(envelope(NONCE, message), NONCE)).toEqual(message);
  });

  it.each([
    ["another nonce", { ...said({ type: "close" }), nonce: "other" }],
    ["another version", { ...said({ type: "close" }), curbside: 2 }],
    ["no nonce", { curbside: 1, type: "close" }],
    ["an unknown type", said({ type: "eval" })],
    ["a name of Object.prototype", said({ type: "constructor" })],
    ["__proto__", JSON.parse(`{"curbside":1,"nonce":"${NONCE}","type":"__proto__"}`)],
    ["an inherited type", Object.assign(Object.create({ type: "close" }), { curbside: 1, nonce: NONCE })],
    ["a challenge that is none", said({ type: "need_token", challenge: "short" })],
    ["an event with a strange name", said({ type: "event", name: "<script>", detail: {} })],
    ["text", "close"],
    ["null", null],
    ["a number", 1],
  ])("%s is ignored", (_what, data) => {
    expect(readFromPanel(data, NONCE)).toBeNull();
  });

  it("an empty nonce admits nobody", () => {
    expect(readFromPanel({ curbside: 1, nonce: "", type: "close" }, "")).toBeNull();
  });

  it("an event carries flat facts and nothing else", () => {
    const detail = JSON.parse('{"count": 2, "__proto__": {"polluted": true}, "nested": {"a": 1}, "Bad-Name": "x"}');
    const message = readFromPanel(said({ type: "event", name: "message:received", detail }), NONCE);
    expect(message).toEqual({ type: "event", name: "message:received", detail: { count: 2 } });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("a colour that could end a rule is dropped", () => {
    const message = readFromPanel(said({ type: "ready", accent: "#fff}*{display:none" }), NONCE);
    expect(message).toEqual({ type: "ready", accent: null });
  });
});

describe("what the panel reads", () => {
  it("a hello without its parts gets defaults", () => {
    expect(readFromHost(said({ type: "hello" }), NONCE)).toEqual({
      type: "hello",
      look: { scheme: "auto", locale: "en", accent: null },
      context: {},
      open: false,
      signed: false,
      phone: "",
    });
  });

  it("a token of another shape is ignored", () => {
    const challenge = "A".repeat(43);
    expect(readFromHost(said({ type: "identity", challenge, jwt: { a: 1 } }), NONCE)).toBeNull();
    expect(readFromHost(said({ type: "identity", challenge, jwt: "x".repeat(8193) }), NONCE)).toBeNull();
    expect(readFromHost(said({ type: "identity", challenge, jwt: "e.y.J" }), NONCE)).not.toBeNull();
  });
});

it("tells a log-out for good from a switch of user, which an older launcher cannot", () => {
  const told = (more: object) => readFromHost({ ...envelope(NONCE, { type: "logout", final: false }), ...more }, NONCE);
  expect(told({ final: true })).toEqual({ type: "logout", final: true });
  for (const final of [undefined, false, "yes", 1]) expect(told({ final })).toEqual({ type: "logout", final: false });
});

describe("the context", () => {
  it("keeps short fields of simple names, as text: which of them may go along, the panel knows", () => {
    const given = { module: "Orders", version: 24.3, x_bed_board: "on", url: "https://ehr", title: "Fern", mrn: "1" };
    expect(cleanContext(given)).toEqual({ ...given, version: "24.3" });
    expect(cleanContext({ "a b": "c", "1st": "d", ["a".repeat(41)]: "e" })).toEqual({});
    expect(cleanContext(JSON.parse('{"__proto__": "f"}'))).toEqual({});
  });

  it("drops what is long, nested, inherited or not text", () => {
    const given = Object.assign(Object.create({ screen: "inherited" }), {
      module: "x".repeat(201),
      error: { code: 1 },
      workstation: Symbol("w"),
    });
    expect(cleanContext(given)).toEqual({});
    expect(cleanContext(null)).toEqual({});
    expect(cleanContext("module")).toEqual({});
  });

  it("a look falls back where it is not usable", () => {
    expect(cleanLook({ scheme: "dark", locale: "es", accent: "#0B746D" })).toEqual({
      scheme: "dark",
      locale: "es",
      accent: "#0B746D",
    });
    expect(cleanLook({ scheme: "neon", accent: "red" })).toEqual({ scheme: "auto", locale: "en", accent: null });
  });
});
