// How well a typed query fits a label: whole words first, then letters in order, so "ho" finds "Hand off".
const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** 0 for no fit, higher for better. */
export function fitness(label: string, query: string): number {
  const wanted = fold(query).trim();
  const text = fold(label);
  if (wanted === "") return 1;
  if (text.startsWith(wanted)) return 100 - text.length / 100;
  const words = text.split(/[\s·,.:/-]+/);
  if (words.some((word) => word.startsWith(wanted))) return 80 - text.length / 100;
  if (
    words
      .map((word) => word.charAt(0))
      .join("")
      .startsWith(wanted)
  )
    return 60;
  if (wanted.length > 2 && text.includes(wanted)) return 50;
  const parts = wanted.split(/\s+/);
  return parts.length > 1 && parts.every((part) => words.some((word) => word.startsWith(part))) ? 70 : 0;
}

/** Those that fit, best first; equal ones keep their order. */
export function ranked<T>(all: readonly T[], query: string, label: (each: T) => string): T[] {
  return all
    .map((each, place) => ({ each, place, score: fitness(label(each), query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .map(({ each }) => each);
}
