import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { panelRefusalsEn } from "../../widget/src/core/words/panel.refusals.en";
import { panelRefusalsEs } from "../../widget/src/core/words/panel.refusals.es";
import { sayRefused } from "../../widget/src/panel/refused";
import { fetchWords, learnRefusals, wordsFor } from "../../widget/src/panel/words";
import type { World } from "../../widget/src/panel/world";

const source = readFileSync(join(__dirname, "..", "..", "server", "curbside", "domain", "errors.py"), "utf8");
const codes = [...source.slice(source.indexOf("MESSAGES")).matchAll(/^ {4}"(\w+)": "/gm)].map(([, code]) =>
  String(code),
);
await fetchWords("es");

function said(code: string, locale: string): string | null {
  const words = wordsFor(locale);
  const trouble = signal<string | null>(null);
  const reader = signal({ words: words.ui, locale, tz: "UTC" });
  sayRefused({ trouble, reader, words: signal(words.panel) } as unknown as World, code);
  return trouble.peek();
}

// Whichever test comes first: what is learnt is kept for the whole page.
beforeEach(() => learnRefusals({ en: {}, es: {} }));

test("before the words for refusals are here, something is said all the same", () => {
  expect(said("too_late", "es")).toBe(wordsFor("es").panel.problemSending);
});

test.each(codes)("%s is told to a contact in their language", (code) => {
  learnRefusals({ en: panelRefusalsEn, es: panelRefusalsEs });
  const [english, spanish] = [said(code, "en"), said(code, "es-MX")];
  expect(english).toBe(panelRefusalsEn[code]);
  expect(spanish).toBe(panelRefusalsEs[code]);
  expect(spanish).not.toBe(english);
});

test("what nobody has heard of is told without the server's English", () => {
  for (const code of ["brand_new", "constructor", ""])
    expect(said(code, "es")).toBe(wordsFor("es").panel.problemSending);
});
