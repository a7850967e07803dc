import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Engine } from "../../widget/src/browser/engine";
import { NotIdentified } from "../../widget/src/panel/login";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  [new NotIdentified("busy", false, 7000), 7000],
  [new Error("no network"), 1000],
])("a refused log-in is asked again when the server said, and not before: %s", async (failure, atLeast) => {
  let asked = 0;
  const token = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(failure) : new Promise<string>(() => {});
  };
  const options = { origin: "https://help.example", token, device: "d", tab: "t", scope: "northwind" };
  const engine = new Engine(options, { changed: () => {}, told: () => {} });
  void engine.start();
  await vi.advanceTimersByTimeAsync(atLeast - 1);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toBe(2);
});
