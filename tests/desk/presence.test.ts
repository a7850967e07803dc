import { describe, expect, it } from "vitest";
import { noticePresence, TELL_AGAIN } from "../../widget/src/desk/presence";

/** A page that hears of events as a browser would give them: those of a person are trusted, a script's are not. */
class Page {
  private readonly heard = new Map<string, (event: Event) => void>();

  addEventListener(sign: string, listener: (event: Event) => void): void {
    this.heard.set(sign, listener);
  }

  removeEventListener(sign: string): void {
    this.heard.delete(sign);
  }

  touch(sign: string, isTrusted = true): void {
    this.heard.get(sign)?.({ isTrusted } as Event);
  }
}

function noticed() {
  const page = new Page();
  const seen = { told: 0, now: 1_000 };
  const stop = noticePresence(
    page as unknown as EventTarget,
    () => {
      seen.told += 1;
    },
    () => seen.now,
  );
  return { page, seen, stop };
}

describe("presence", () => {
  it.each(["keydown", "pointerdown", "wheel"])("tells of %s", (sign) => {
    const { page, seen } = noticed();
    page.touch(sign);
    expect(seen.told).toBe(1);
  });

  it("tells once a minute at most", () => {
    const { page, seen } = noticed();
    for (const at of [0, 1, TELL_AGAIN - 1, TELL_AGAIN, TELL_AGAIN + 1]) {
      seen.now = 1_000 + at;
      page.touch("keydown");
    }
    expect(seen.told).toBe(2);
  });

  it("takes nothing that a script made up for a person", () => {
    const { page, seen } = noticed();
    page.touch("keydown", false);
    expect(seen.told).toBe(0);
  });

  it("is silent once it is stopped", () => {
    const { page, seen, stop } = noticed();
    stop();
    page.touch("keydown");
    expect(seen.told).toBe(0);
  });
});
