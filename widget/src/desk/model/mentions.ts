// Colleagues named in a note: found by typing after an @, kept by name in the text, sent as ids.
import { pieces } from "./lines";

export interface Colleague {
  id: string;
  name: string;
}

/** The words after an @ up to the caret; a name may hold a space, so two words count. */
export function mentionQuery(text: string, caret: number): { from: number; query: string } | null {
  const match = /(^|[\s(])@([\p{L}'-]{0,24}(?: [\p{L}'-]{0,24})?)$/u.exec(text.slice(0, caret));
  return match ? { from: caret - (match[2]?.length ?? 0) - 1, query: match[2] ?? "" } : null;
}

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Colleagues whose name, or a part of it, begins with what was typed. */
export function colleaguesFor<C extends Colleague>(all: readonly C[], query: string): C[] {
  const wanted = fold(query);
  return all.filter(({ name }) => {
    const folded = fold(name);
    return folded.startsWith(wanted) || folded.split(/\s+/).some((part) => part.startsWith(wanted));
  });
}

/** The ids of everybody whose full name stands after an @; a longer name is not also the shorter one in it. */
export function mentionsIn(text: string, all: readonly Colleague[]): string[] {
  const names = all.map(({ name }) => name);
  const named = new Set(pieces(text, names).flatMap((piece) => (piece.mention ? [piece.text.slice(1)] : [])));
  return all.filter(({ name }) => named.has(name)).map(({ id }) => id);
}
