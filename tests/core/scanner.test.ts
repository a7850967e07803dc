import fc from "fast-check";
import { expect, test } from "vitest";
import { type KeyPress, noBurst, press } from "../../widget/src/core/scanner";

const typed = (text: string, every: number, at = 0): KeyPress[] =>
  [...text].map((key, place) => ({ key, at: at + place * every }));
const last = (keys: KeyPress[]) => {
  let [burst, scan]: [ReturnType<typeof press>["burst"], ReturnType<typeof press>["scan"]] = [noBurst, null];
  for (const key of keys) ({ burst, scan } = press(burst, key));
  return scan;
};
const entered = (keys: KeyPress[], after: number) => [...keys, { key: "Enter", at: (keys.at(-1)?.at ?? 0) + after }];

test("a burst that no hand could type, then Enter, is a scan", () => {
  expect(last(entered(typed("00123456", 8), 8))).toEqual({ length: 8 });
});

test("only the burst is the scan, not what was typed before it", () => {
  const keys = [...typed("see ", 150), ...typed("123456", 10, 1000)];
  expect(last(entered(keys, 10))).toEqual({ length: 6 });
});

test("fewer than six characters, a slow hand or a pause before Enter are a person", () => {
  expect(last(entered(typed("12345", 5), 5))).toBeNull();
  expect(last(entered(typed("00123456", 30), 5))).toBeNull();
  expect(last(entered(typed("00123456", 8), 30))).toBeNull();
});

test("Shift for a capital does not hide a scan", () => {
  const keys = typed("AB123456", 8).flatMap(({ key, at }) => [
    { key: "Shift", at },
    { key, at: at + 1 },
  ]);
  expect(last(entered(keys, 5))).toEqual({ length: 8 });
});

test("text that comes without keys, pasted or dictated, is never a scan", () => {
  expect(
    last([
      { key: "v", at: 0 },
      { key: "Enter", at: 5 },
    ]),
  ).toBeNull();
  expect(last([{ key: "Enter", at: 0 }])).toBeNull();
});

test("nobody who leaves 30 ms between keys is ever taken for a scanner", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          key: fc.constantFrom("a", "1", "Shift", "Backspace", "Enter"),
          wait: fc.integer({ min: 30, max: 400 }),
        }),
      ),
      (hand) => {
        let [at, burst] = [0, noBurst];
        for (const { key, wait } of hand) {
          at += wait;
          const pressed = press(burst, { key, at });
          burst = pressed.burst;
          expect(pressed.scan).toBeNull();
        }
      },
    ),
  );
});
