// Every refusal that the server knows is told in words of the desk, in each language it speaks.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusalWords } from "../../widget/src/desk/acts";
import { speechFor } from "../../widget/src/desk/words";

const source = readFileSync(join(__dirname, "..", "..", "server", "curbside", "domain", "errors.py"), "utf8");
const messages = source.slice(source.indexOf("MESSAGES"), source.indexOf("}\n"));
const codes = [...messages.matchAll(/^ {4}"(\w+)": "(.*)",$/gm)].map(([, code, text]) => ({ code, text }) as Known);
interface Known {
  code: string;
  text: string;
}

const told = (locale: string, code: string, detail: unknown = null) => {
  const { words, reader } = speechFor(locale, []);
  return refusalWords({ desk: words, refusals: reader.words.refusal }, { code, detail });
};

describe("a refusal", () => {
  it("is read from the server's own table", () => {
    expect(codes.length).toBeGreaterThan(25);
    expect(codes.map(({ code }) => code)).toContain("unknown_verb");
  });

  it.each(codes)("$code has words in English and Spanish", ({ code }) => {
    const [english, spanish] = [told("en", code), told("es", code)];
    expect(english).not.toBe(speechFor("en", []).words.failed);
    expect(spanish).not.toBe(speechFor("es", []).words.failed);
    expect(spanish).not.toBe(english);
  });

  it("that nobody has heard of is told without the server's English", () => {
    expect(told("es", "brand_new")).toBe(speechFor("es", []).words.failed);
    expect(told("es", "toString")).toBe(speechFor("es", []).words.failed);
  });

  it("of a claim names who won", () => {
    expect(told("en", "already_claimed", { winner: "Marco Ruiz" })).toContain("Marco Ruiz");
    expect(told("en", "already_claimed")).not.toContain("undefined");
  });
});
