import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accentFor, contrastOf } from "../../widget/src/ui/accent";

const css = readFileSync(new URL("../../widget/src/ui/tokens.css", import.meta.url), "utf8");

/** The roles of one scheme with their colours, references to the palette followed. */
function roles(dark: boolean): (name: string) => string {
  const light = css.slice(0, css.indexOf("@media"));
  const chosen = css.slice(css.indexOf(':root[data-scheme="dark"]'));
  const values = new Map<string, string>();
  for (const block of dark ? [light, chosen] : [light])
    for (const [, name, value] of block.matchAll(/(--[\w-]+):\s*([^;]+);/g))
      values.set(name as string, value as string);
  const follow = (value: string): string => {
    const other = /var\((--[\w-]+)\)/.exec(value)?.[1];
    return other ? follow(values.get(other) ?? "") : value;
  };
  return (name) => follow(values.get(`--${name}`) ?? "");
}

const TEXT: [string, string[]][] = [
  ["text", ["surface", "sunken", "page", "note", "soon-soft", "danger-soft", "accent-soft"]],
  ["text-soft", ["surface", "sunken", "page", "soon-soft"]],
  ["text-faint", ["surface", "sunken"]],
  ["accent", ["surface", "sunken", "accent-soft", "page"]],
  ["on-accent", ["accent", "accent-hover"]],
  ["soon", ["surface", "soon-soft"]],
  ["danger", ["surface", "danger-soft", "sunken"]],
  ["on-danger", ["danger"]],
  ...[1, 2, 3, 4].map((tone): [string, string[]] => [`on-face-${tone}`, [`face-${tone}`]]),
];

describe.each([false, true])("colours, dark: %s", (dark) => {
  const role = roles(dark);
  for (const [text, grounds] of TEXT)
    for (const ground of grounds)
      test(`${text} on ${ground} is at least 4.5:1`, () => {
        expect(contrastOf(role(text), role(ground))).toBeGreaterThanOrEqual(4.5);
      });
  test.each(["edge", "here"])("%s is at least 3:1 on the surface", (name) => {
    expect(contrastOf(role(name), role("surface"))).toBeGreaterThanOrEqual(3);
  });

  test.each(["#ffff00", "#0b746d", "#ff0000", "#000000", "#ffffff", "#808080", "#ffd0d0", "#2b2bff"])(
    "a tenant's %s is moved until it can be read",
    (colour) => {
      const own = accentFor(colour, dark);
      expect(contrastOf(own?.accent ?? "", role("surface"))).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(own?.accent ?? "", role("sunken"))).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(own?.accent ?? "", own?.soft ?? "")).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(own?.on ?? "", own?.accent ?? "")).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(own?.on ?? "", own?.hover ?? "")).toBeGreaterThanOrEqual(4.5);
    },
  );
});

test("both ways to the dark scheme say the same", () => {
  const [query, chosen] = [
    css.slice(css.indexOf("@media"), css.indexOf("/* The same roles")),
    css.slice(css.indexOf(':root[data-scheme="dark"]')),
  ];
  const pairs = (block: string) => [...block.matchAll(/(--[\w-]+:\s*[^;]+);/g)].map((match) => match[1]);
  expect(pairs(chosen)).toEqual(pairs(query));
  expect(pairs(chosen).length).toBeGreaterThan(20);
});

test("a colour that cannot be read is not used", () => {
  for (const bad of [null, "", "red", "#fff", "#12345g", "url(x)"]) expect(accentFor(bad, false)).toBeNull();
});
