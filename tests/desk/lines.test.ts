import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "../../widget/src/core/state";
import { deskEn } from "../../widget/src/core/words/desk.en";
import { uiEn } from "../../widget/src/core/words/ui.en";
import { factText } from "../../widget/src/desk/model/facts";
import { firstUnread, holdsWords, lastAnswer, lines, packetRead, pieces } from "../../widget/src/desk/model/lines";
import { countdown, moment, span } from "../../widget/src/desk/model/times";
import { item, T } from "./builders";

const reader = { words: uiEn, locale: "en-GB", tz: "UTC" };
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const kaja = { kind: "agent", id: "a", name: "Kaja Lind" } as const;
const minute = 60_000;

describe("the timeline's lines", () => {
  it("joins messages by one author within five minutes, and never a note with a reply", () => {
    const drawn = lines(
      [
        item("message"),
        item("message", { at: T + 4 * minute }),
        item("message", { at: T + 20 * minute }),
        item("message", { author: kaja, at: T + 21 * minute }),
        item("note", { author: kaja, at: T + 21 * minute }),
      ],
      dayOf,
    );
    expect(drawn.map((line) => (line.kind === "run" ? [line.note, line.items.length] : line.kind))).toEqual([
      "day",
      [false, 2],
      [false, 1],
      [false, 1],
      [true, 1],
    ]);
  });

  it("shows every item once and in order, whatever comes", () => {
    const kinds = fc.constantFrom("message", "note", "claimed", "packet", "resolved");
    fc.assert(
      fc.property(fc.array(fc.tuple(kinds, fc.nat(100_000_000)), { maxLength: 60 }), (given) => {
        let at = T;
        const items: Item[] = given.map(([kind, gap]) => {
          at += gap;
          return item(kind, { at });
        });
        const shown = lines(items, dayOf).flatMap((line) =>
          line.kind === "run" ? line.items : line.kind === "day" ? [] : [line.item],
        );
        expect(shown).toEqual(items);
      }),
    );
  });

  it("words stand in what has a key and a body with something in it", () => {
    const packet = item("packet", { key: "k", body: { summary: "Fern Jane" } });
    expect(holdsWords(packet)).toBe(true);
    expect(holdsWords({ ...packet, body: null, gone: "redacted" })).toBe(false);
    expect(holdsWords({ ...packet, key: "seq:4" })).toBe(false);
    expect(holdsWords(item("started", { key: "k", body: { context: {} } }))).toBe(false);
    expect(holdsWords(item("started", { key: "k", body: { context: { module: "Orders" } } }))).toBe(true);
  });

  it("the last answer is the contact's to see: a note is none, a deleted message neither", () => {
    const answer = item("message", { author: kaja });
    const items = [answer, item("note", { author: kaja }), item("message", { author: kaja, gone: "deleted" })];
    expect(lastAnswer(items)).toBe(answer);
  });

  it("the unread part begins with somebody else's first message after what was read", () => {
    const items = [item("message", { seq: 1 }), item("message", { seq: 2, author: kaja }), item("message", { seq: 3 })];
    expect(firstUnread(items, 1, "a")).toBe(items[2]?.key);
    expect(firstUnread(items, 3, "a")).toBeNull();
    expect(firstUnread(items, 0, "a")).toBeNull();
  });

  it("a packet is read once somebody else was there, never by its own author", () => {
    const packet = item("packet", { seq: 5, author: kaja });
    expect(packetRead([packet], packet, "a", 5)).toBe(false);
    expect(packetRead([packet], packet, "b", 4)).toBe(false);
    expect(packetRead([packet], packet, "b", 5)).toBe(true);
    const claimed = item("claimed", { seq: 6, author: { kind: "agent", id: "b", name: "Priit" } });
    expect(packetRead([packet, claimed], packet, "a", 6)).toBe(true);
    expect(packetRead([packet, item("message", { seq: 6 })], packet, "a", 6)).toBe(false);
  });

  it("marks the longest name that is mentioned, and loses no letter", () => {
    const names = ["Priit Tamm", "Priit Tammsaare", "Ana"];
    expect(pieces("ask @Priit Tammsaare now", names).filter(({ mention }) => mention)).toEqual([
      { text: "@Priit Tammsaare", mention: true },
    ]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom("@Ana", "@Priit Tamm", " x ", "@", "\n")), (parts) => {
        const text = parts.join("");
        return (
          pieces(text, names)
            .map((piece) => piece.text)
            .join("") === text
        );
      }),
    );
  });
});

describe("facts in words", () => {
  const telling = { words: deskEn, reader, now: T, me: "a" };

  it("says who, and 'You' for oneself", () => {
    expect(factText(item("claimed", { author: kaja }), telling)).toBe("You claimed this");
    expect(factText(item("claimed", { author: kaja }), { ...telling, me: "b" })).toBe("Kaja Lind claimed this");
  });

  it("says for whom and until when it waits", () => {
    const waiting = item("waiting", { facts: { on: "third_party", until: T + 30 * minute } });
    expect(factText(waiting, telling)).toBe("Waiting for somebody else until 14:30");
  });

  it("a kind from a newer server still says something", () => {
    expect(factText(item("call_started"), telling)).toBe(deskEn.somethingHappened);
  });
});

describe("times", () => {
  it("count down in minutes and seconds, then in whole units", () => {
    expect(countdown(18_000, reader)).toBe("0:18");
    expect(countdown(760_000, reader)).toBe("12:40");
    expect(countdown(3 * 60 * minute, reader)).toBe("3h");
    expect(span(90_000, reader)).toBe("1 min");
  });

  it("name the day only when it is another", () => {
    expect(moment(T + 30 * minute, T, reader)).toBe("14:30");
    expect(moment(T + 24 * 60 * minute, T, reader)).toBe("23 Nov, 14:00");
  });
});
