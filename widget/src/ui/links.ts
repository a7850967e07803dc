// Finding links in what people write, and showing where they really lead. Pure.

export type Part = { kind: "text"; text: string } | { kind: "link"; href: string; host: string; rest: string };

// A run without spaces, quotes, angle brackets or invisible direction marks. One class, one quantifier: linear time.
const CANDIDATE = /https?:\/\/[^\s<>"'`\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/giu;
const TRAILING = /[.,;:!?…'"»”’]$/u;

/** Split text into plain runs and safe links: http and https only, and never one that hides its host. */
export function parts(text: string): Part[] {
  const found: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const raw = trimmed(match[0]);
    const link = safeLink(raw);
    if (!link) continue;
    if (match.index > from) found.push({ kind: "text", text: text.slice(from, match.index) });
    found.push(link);
    from = match.index + raw.length;
  }
  if (from < text.length) found.push({ kind: "text", text: text.slice(from) });
  return found;
}

/** Drop the punctuation that ends the sentence rather than the address; keep brackets that were opened inside. */
function trimmed(raw: string): string {
  let unopened = count(raw, ")") - count(raw, "(");
  let end = raw.length;
  while (end > 0) {
    const last = raw[end - 1] as string;
    if (last === ")" ? unopened <= 0 : !TRAILING.test(last)) break;
    if (last === ")") unopened -= 1;
    end -= 1;
  }
  return raw.slice(0, end);
}

function count(text: string, sign: string): number {
  let found = 0;
  for (const letter of text) if (letter === sign) found += 1;
  return found;
}

/** A link as it may be shown, or null: a name before an @ could pass itself off as the host. */
function safeLink(raw: string): Part | null {
  let url: URL;
  try {
    url = new URL(raw);
  } catch {
    return null;
  }
  if (!["http:", "https:"].includes(url.protocol) || url.username || url.password || !url.hostname) return null;
  const typed = /^https?:\/\/([^/?#]*)/iu.exec(raw)?.[1] ?? "";
  const rest = url.pathname + url.search + url.hash;
  return { kind: "link", href: url.href, host: shownHost(typed, url.host), rest: rest === "/" ? "" : rest };
}

/** The host as people may read it: in their own script if it cannot be taken for another, else in punycode. */
export function shownHost(typed: string, ascii: string): string {
  const readable = typed.toLowerCase().normalize("NFC");
  if (/^[\p{ASCII}]*$/u.test(readable)) return ascii;
  return readable.split(".").every(honestLabel) ? readable : ascii;
}

const SCRIPTS: [string, RegExp][] = [
  ["latin", /\p{Script=Latin}/u],
  ["greek", /\p{Script=Greek}/u],
  ["cyrillic", /\p{Script=Cyrillic}/u],
  ["han", /\p{Script=Han}/u],
  ["kana", /[\p{Script=Hiragana}\p{Script=Katakana}ー]/u],
  ["hangul", /\p{Script=Hangul}/u],
  ["arabic", /\p{Script=Arabic}/u],
  ["hebrew", /\p{Script=Hebrew}/u],
  ["thai", /\p{Script=Thai}/u],
  ["devanagari", /\p{Script=Devanagari}/u],
];
// Scripts that are written together in one word.
const TOGETHER = new Set(["han", "kana", "hangul"]);
// Latin with accents people know; anything more exotic (a dotless i, a small capital) is a look-alike.
const PLAIN_LATIN = /^[a-z0-9\-ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđēęěğģīįķļłńņňōőœŕřśşšťţūůűųźżžș-ț]*$/u;

function honestLabel(label: string): boolean {
  const scripts = new Set<string>();
  for (const letter of label) {
    if (/[0-9-]/u.test(letter)) continue;
    const script = SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0];
    if (!script) return false;
    scripts.add(script);
  }
  // Whole words of Cyrillic or Greek can be drawn like Latin ones ('аррӏе'): always in punycode.
  if (scripts.has("cyrillic") || scripts.has("greek")) return false;
  if (scripts.has("latin")) return scripts.size === 1 && PLAIN_LATIN.test(label);
  return scripts.size <= 1 || [...scripts].every((script) => TOGETHER.has(script));
}
