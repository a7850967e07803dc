// Canned replies: found by typing after a slash, filled with what is known of the conversation.
export interface Canned {
  id: string;
  title: string;
  shortcut: string;
  text: string;
}

/** The words after a slash that opens the text or follows a space, up to the caret; null if there is none. */
export function cannedQuery(text: string, caret: number): { from: number; query: string } | null {
  const match = /(^|\s)\/([\p{L}\p{N}_-]{0,24})$/u.exec(text.slice(0, caret));
  return match ? { from: caret - (match[2]?.length ?? 0) - 1, query: match[2] ?? "" } : null;
}

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Those that fit, best first: by shortcut, then by title, then by what they say. */
export function cannedFor(all: readonly Canned[], query: string): Canned[] {
  const wanted = fold(query);
  const score = (each: Canned) => {
    if (fold(each.shortcut).startsWith(wanted)) return 0;
    if (fold(each.title).includes(wanted)) return 1;
    return fold(each.text).includes(wanted) ? 2 : 3;
  };
  return all
    .map((each) => ({ each, score: score(each) }))
    .filter(({ score }) => score < 3)
    .sort((a, b) => a.score - b.score || a.each.title.localeCompare(b.each.title))
    .map(({ each }) => each);
}

export interface Known {
  name: string;
  agent: string;
  reference: string;
}

/** Fill {name}, {agent} and {reference}; a name that we do not know stays as it is, so the agent sees it. */
export function filled(text: string, known: Known): string {
  return text.replace(/\{(name|agent|reference)\}/g, (whole, field: keyof Known) => known[field] || whole);
}

/** Put a text in place of what stands between two points; the caret goes behind it. */
export function spliced(text: string, from: number, to: number, insert: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + insert + text.slice(to), caret: from + insert.length };
}
