// What a check finds, as the agent is told it and as IT reads it.
import { expect, test } from "vitest";
import { asText, change, checkWords, whole } from "../../widget/src/check/said";
import { foundBy, type Result, UNTESTED, wayOf } from "../../widget/src/core/equipment";
import type { Item } from "../../widget/src/core/state";
import { checkEn } from "../../widget/src/core/words/check.en";
import { checkEs } from "../../widget/src/core/words/check.es";
import { equipmentEn } from "../../widget/src/core/words/equipment.en";
import { equipmentEs } from "../../widget/src/core/words/equipment.es";
import { equipmentFact } from "../../widget/src/ui/call/equipment";
import { golden } from "./builders";
import { sentences } from "./catalogues";

const AROUND = { origin: "https://help.example", framed: false, places: { udp: "turn.example:3478" } };
const result = (step: Result["step"], state: Result["state"], code: string): Result => ({ step, state, code });

test.each([
  ["the check", checkEn, checkEs],
  ["its fact", equipmentEn, equipmentEs],
])("%s: Spanish has every word that English has, and says it in Spanish", (_name, english, spanish) => {
  const own = new Map(sentences(spanish));
  expect([...own.keys()]).toEqual(sentences(english).map(([name]) => name));
  for (const [name, text] of sentences(english)) expect(own.get(name), name).not.toBe(text);
});

test("the agent reads what was found in words, and a code from a newer server is passed over", () => {
  const { frame } = golden<{ frame: Item }>("").find(({ name }) => name === "event.equipment.json")?.content ?? {};
  if (!frame) throw new Error("no golden event");
  expect(equipmentFact(frame, false, "en-US")).toBe(
    "Equipment of Dana Ruiz: microphone works, no camera, UDP blocked, relay over TCP, echo came back",
  );
  expect(equipmentFact({ ...frame, facts: { microphone: "levitates" } }, true, "es")).toBe("Su equipo: sin probar");
  expect(equipmentFact({ ...frame, kind: "call_ended" }, true, "es")).toBeNull();
});

test("the agent is told the best way that works, in the codes of the wire", () => {
  const act = golden<{ frame: object }>("").find(({ name }) => name === "act.equipment.json");
  const found = foundBy([
    result("microphone", "good", "works"),
    result("camera", "notice", "missing"),
    result("socket", "good", "works"),
    result("udp", "notice", "failed"),
    result("tcp", "good", "works"),
    result("tls", "good", "answers"),
    result("echo", "good", "works"),
  ]);
  expect(act?.content.frame).toMatchObject(found);
});

test("what was not tried is said to be untested, and a line over HTTPS is one", () => {
  expect(foundBy([result("microphone", "waiting", "")])).toEqual(UNTESTED);
  const found = foundBy([
    result("socket", "notice", "failed"),
    result("stream", "good", "works"),
    result("tls", "notice", "failed"),
    result("echo", "notice", "busy"),
  ]);
  expect(found).toEqual({ ...UNTESTED, line: "stream", relay: "none" });
});

test("an address says by which way it is reached", () => {
  expect(["turn:a", "turn:a?transport=udp", "turn:a?transport=tcp", "turns:a:443?transport=tcp"].map(wayOf)).toEqual([
    "udp",
    "udp",
    "tcp",
    "tls",
  ]);
});

test("what is forbidden names what to change: the EHR's header in a frame, the browser's policy without one", () => {
  const forbidden = result("camera", "notice", "forbidden");
  expect(change(forbidden, checkEn, { ...AROUND, framed: true })).toContain('camera=(self "https://help.example")');
  expect(change(forbidden, checkEn, AROUND)).toContain("VideoCaptureAllowed");
  expect(change(result("udp", "notice", "failed"), checkEn, AROUND)).toContain("turn.example:3478");
  expect(change(result("udp", "good", "works"), checkEn, AROUND)).toBe("");
});

test("the whole is as good as its worst part, and nothing before all is known", () => {
  expect(whole([result("echo", "good", "works"), result("udp", "trying", "")])).toBeNull();
  expect(whole([result("echo", "good", "works"), result("udp", "notice", "failed")])).toBe("notice");
  expect(whole([result("microphone", "bad", "missing"), result("udp", "notice", "failed")])).toBe("bad");
});

test("the text for a ticket says all of it, in the reader's language", () => {
  const text = asText([result("camera", "notice", "dark")], checkWords("es-MX"), AROUND, "Firefox");
  expect(text.split("\n")).toEqual([
    "https://help.example",
    "Firefox",
    expect.stringContaining("[Conviene saberlo] Cámara"),
  ]);
});
