import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parts, shownHost } from "../../widget/src/ui/links";

const links = (text: string) => parts(text).filter((part) => part.kind === "link");
const shown = (text: string) => links(text).map((part) => part.host + part.rest);

describe("links in what people write", () => {
  test("an address is a link, and the sentence's full stop is not part of it", () => {
    expect(parts("See https://example.com/a?b=1.")).toEqual([
      { kind: "text", text: "See " },
      { kind: "link", href: "https://example.com/a?b=1", host: "example.com", rest: "/a?b=1" },
      { kind: "text", text: "." },
    ]);
  });

  test("brackets opened inside an address stay, a bracket around it does not", () => {
    expect(shown("(https://example.com/a_(b))")).toEqual(["example.com/a_(b)"]);
    expect(shown("(https://example.com)")).toEqual(["example.com"]);
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "https://", "http://:80"])(
    "%s is never a link",
    (text) => expect(links(text)).toEqual([]),
  );

  test("a name before an @ cannot pass itself off as the host", () => {
    expect(links("https://bank.example.com@evil.example/")).toEqual([]);
    expect(links("https://user:secret@evil.example/")).toEqual([]);
  });

  test.each([
    ["https://аррӏе.com/", "xn--80ak6aa92e.com"], // all Cyrillic
    ["https://pаypal.com/", "xn--pypal-4ve.com"], // a Cyrillic a among Latin letters
    ["https://ɡoogle.com/", "xn--oogle-qmc.com"], // a Latin look-alike
    ["https://gοοgle.com/", "xn--ggle-0nda.com"], // Greek o
  ])("the look-alike %s is shown in punycode", (text, host) => expect(shown(text)).toEqual([host]));

  test.each([
    ["https://münchen.example/", "münchen.example"],
    ["https://例え.example/", "例え.example"],
  ])("the honest %s keeps its own letters", (text, host) => expect(shown(text)).toEqual([host]));

  test("a host typed in punycode stays in punycode", () => {
    expect(shownHost("xn--mnchen-3ya.example", "xn--mnchen-3ya.example")).toBe("xn--mnchen-3ya.example");
  });

  test("direction marks end an address, so they cannot turn it around", () => {
    expect(shown("https://example.com/\u202etxt.exe")).toEqual(["example.com"]);
  });

  test("every part together is the text again, and every link is http or https", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.constantFrom("https://", "http://a@b ", ")", ".", "javascript:x"),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        for (const part of parts(text)) {
          if (part.kind === "text") expect(text).toContain(part.text);
          else expect(["http:", "https:"]).toContain(new URL(part.href).protocol);
        }
        if (links(text).length === 0)
          expect(
            parts(text)
              .map((part) => part.kind === "text" && part.text)
              .join(""),
          ).toBe(text);
      }),
    );
  });

  test("a long hostile text is read in linear time", () => {
    const begun = performance.now();
    parts(`https://${"a".repeat(50_000)}${")".repeat(2000)}`);
    parts("https://".repeat(1000));
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});
