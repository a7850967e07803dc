// Canned replies after a slash, colleagues after an @: what fits at the caret, and choosing it by keys.
import { useState } from "preact/hooks";
import { stateName } from "../commands";
import { type Canned, cannedFor, cannedQuery, filled, spliced } from "../model/canned";
import { colleaguesFor, mentionQuery } from "../model/mentions";
import type { Talk } from "../model/talk";
import type { Mode } from "../model/view";
import { useWorld, type World } from "../world";
import type { Writing } from "./writing";

export interface Suggestion {
  id: string;
  title: string;
  more: string;
  insert: string;
}
export type Suggesting = ReturnType<typeof useSuggesting>;
type Field = { current: HTMLTextAreaElement | null };

const most = 8;

/** What fits at the caret now, or null if nothing is being looked for. */
function suggestionsAt(world: World, talk: Talk, mode: Mode, text: string, caret: number) {
  const state = world.desk.state.peek();
  if (mode === "note") {
    const asked = mentionQuery(text, caret);
    if (!asked) return null;
    const others = (state.snapshot?.agents ?? []).filter(({ id }) => id !== state.me?.id);
    const found = colleaguesFor(others, asked.query).map((agent) => ({
      id: agent.id,
      title: agent.name,
      more: `L${agent.level} · ${agent.employer} · ${stateName(world.words, state.agents[agent.id] ?? agent.state)}`,
      insert: `@${agent.name} `,
    }));
    return { from: asked.from, found: found.slice(0, most) };
  }
  const asked = cannedQuery(text, caret);
  if (!asked) return null;
  const known = { name: talk.contact?.name ?? "", agent: state.me?.name ?? "", reference: talk.reference };
  const found = cannedFor((state.snapshot?.canned ?? []) as Canned[], asked.query).map((each) => {
    const insert = filled(each.text, known);
    return { id: each.id, title: `/${each.shortcut} · ${each.title}`, more: insert, insert };
  });
  return { from: asked.from, found: found.slice(0, most) };
}

/** Hold the open list of suggestions. */
export function useSuggesting(talk: Talk, mode: Mode, writing: Writing, field: Field) {
  const world = useWorld();
  const [at, setAt] = useState<{ from: number; found: Suggestion[] } | null>(null);
  const [active, setActive] = useState(0);
  const close = () => setAt(null);

  const look = () => {
    const element = field.current;
    if (!element) return;
    setAt(suggestionsAt(world, talk, mode, element.value, element.selectionStart));
    setActive(0);
  };
  const choose = (suggestion: Suggestion | undefined) => {
    const element = field.current;
    if (!element || !suggestion || !at) return;
    const next = spliced(element.value, at.from, element.selectionStart, suggestion.insert);
    writing.write(next.text);
    close();
    element.value = next.text;
    element.setSelectionRange(next.caret, next.caret);
    element.focus();
  };
  /** True if the key was for the list. */
  const key = (event: KeyboardEvent): boolean => {
    if (!at || event.isComposing) return false;
    const count = at.found.length;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && count > 0) setActive((active + by + count) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && count > 0) choose(at.found[active]);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  };
  return { open: at !== null, found: at?.found ?? [], active, mode, look, close, choose, key };
}
