import { describe, expect, it } from "vitest";
import { deskEn } from "../../widget/src/core/words/desk.en";
import { deskEs } from "../../widget/src/core/words/desk.es";
import { commandsOf } from "../../widget/src/desk/commands";
import { keyLabels, noChord, type Press, pressed, pressName } from "../../widget/src/desk/model/keys";
import { state } from "./builders";

const press = (key: string, part: Partial<Press> = {}): Press => ({
  key,
  ctrl: false,
  meta: false,
  alt: false,
  shift: false,
  typing: false,
  covered: false,
  ...part,
});
const commands = commandsOf(deskEn, state());
const one = (key: string, part?: Partial<Press>) => pressed(commands, noChord, press(key, part), 0).id;

describe("keys", () => {
  it.each([
    ["j", "next"],
    ["k", "previous"],
    ["c", "claim"],
    ["r", "reply"],
    ["n", "note"],
    ["h", "hand_off"],
    ["e", "resolve"],
    ["w", "wait"],
    ["u", "release"],
    ["/", "search"],
    ["?", "keys"],
  ])("%s means %s", (key, id) => {
    expect(one(key, { shift: key === "?" })).toBe(id);
  });

  it("capital letters are other keys than small ones", () => {
    expect(one("E", { shift: true })).toBe("reopen");
    expect(one("C", { shift: true })).toBeNull();
  });

  it("never fires while somebody types, but for the command bar", () => {
    for (const { keys } of commands) {
      for (const key of keys.filter((each) => each.length === 1)) expect(one(key, { typing: true })).toBeNull();
    }
    expect(one("k", { typing: true, ctrl: true })).toBe("bar");
    expect(one("k", { typing: true, meta: true })).toBe("bar");
  });

  it("never fires under a dialog or a menu", () => {
    expect(one("e", { covered: true })).toBeNull();
    expect(one("k", { covered: true, ctrl: true })).toBeNull();
  });

  it("reads a chord within its time, and the second key alone after it", () => {
    const { chord } = pressed(commands, noChord, press("g"), 0);
    expect(pressed(commands, chord, press("w"), 300).id).toBe("go_waiting");
    expect(pressed(commands, chord, press("m"), 300).id).toBe("go_mine");
    expect(pressed(commands, chord, press("w"), 5000).id).toBe("wait");
  });

  it("typing ends a chord", () => {
    const { chord } = pressed(commands, noChord, press("g"), 0);
    const typed = pressed(commands, chord, press("x", { typing: true }), 100);
    expect(pressed(commands, typed.chord, press("w"), 200).id).toBe("wait");
  });

  it("leaves the browser's own keys alone", () => {
    expect(one("c", { ctrl: true })).toBeNull();
    expect(one("r", { meta: true })).toBeNull();
    expect(pressName(press("e", { alt: true }))).toBeNull();
  });

  it("no two commands share a key, and every command has a title in both languages", () => {
    const keys = commands.flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const command of commands) {
      expect(command.title(deskEn)).not.toBe("");
      expect(command.title(deskEs)).not.toBe("");
    }
  });

  it("prints keys as they are on the keyboard", () => {
    expect(keyLabels("mod+k", false)).toEqual(["Ctrl", "K"]);
    expect(keyLabels("mod+k", true)).toEqual(["⌘", "K"]);
    expect(keyLabels("g w", false)).toEqual(["G", "W"]);
  });
});
