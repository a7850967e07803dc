import type { VNode } from "preact";

/** The letters on a face: first and last name's initials; one letter for one name; titles ('Dr.') do not count. */
export function initials(name: string): string {
  const all = name.trim().split(/\s+/u).filter(Boolean);
  const named = all.filter((part) => !part.endsWith("."));
  const parts = named.length ? named : all;
  const first = [...(parts[0] ?? "?")][0] ?? "?";
  const last = parts.length > 1 ? ([...(parts[parts.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

/** One of four grounds, always the same for a name. */
export function tone(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  // The highest bits of a product depend on every letter; the lowest of the sum would give most names one ground.
  return (Math.imul(sum, 0x9e3779b1) >>> 30) + 1;
}

/** A person's initials. The name stands beside it in words, so the face itself is hidden from screen readers. */
export function Face({ name, here = false, large = false }: { name: string; here?: boolean; large?: boolean }): VNode {
  return (
    <span class={`face${here ? " here" : ""}${large ? " large" : ""}`} data-tone={tone(name)} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function Faces({ names, here = false }: { names: string[]; here?: boolean }): VNode {
  const shown = names.slice(0, 3);
  return (
    <span class="faces" aria-hidden="true">
      {shown.map((name, index) => (
        <Face key={name} name={name} here={here && index === shown.length - 1} />
      ))}
    </span>
  );
}
