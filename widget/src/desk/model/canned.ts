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

const VARIABLES: Record<string, (known: Known) => string> = {
  name: ({ name }) => name,
  first_name: ({ name }) => firstOf(name),
  my_name: ({ agent }) => agent,
  my_first_name: ({ agent }) => firstOf(agent),
  reference: ({ reference }) => reference,
};

/** The first part of a name that is no title ('Dr.', 'Prof.'). */
const firstOf = (name: string) => name.split(/\s+/u).find((part) => !part.endsWith(".")) ?? "";

/** Fill {{first_name}} and its like, as the settings name them; one that we do not know stays, so the agent sees it. */
export function filled(text: string, known: Known): string {
  return text.replace(/\{\{ ?([a-z_]{1,20}) ?\}\}/g, (whole, field: string) => {
    return (Object.hasOwn(VARIABLES, field) && VARIABLES[field]?.(known)) || whole;
  });
}

/** Put a text in place of what stands between two points; the caret goes behind it. */
export function spliced(text: string, from: number, to: number, insert: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + insert + text.slice(to), caret: from + insert.length };
}
