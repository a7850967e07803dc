// The text being written. A draft lives in the client's state, which keeps it sealed; a correction only here.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Draft as Kept } from "../core/state";
import { useWorld } from "./world";
import type { Writing } from "./writing";

const TYPING_EVERY = 4000;

export interface Draft {
  text: string;
  quote: { name: string; text: string } | null;
  set(text: string): void;
  clear(): void;
}

export function useDraft(conversation: string, writing: Writing): Draft {
  const world = useWorld();
  const [correction, setCorrection] = useState("");
  const typing = useTyping(conversation);
  const { editing, quote } = writing;
  useEffect(() => setCorrection(editing?.text ?? ""), [editing]);
  const desk = world.desk.value;
  const kept = (desk ? world.state.value?.drafts : world.early.value)?.[conversation];
  const quoted = world.state.value?.timelines[conversation]?.items.find((item) => item.key === quote);
  const keep = (draft: Kept | null) => {
    if (desk) desk.draft(conversation, draft);
    else world.early.value = draft ? { [conversation]: draft } : {};
  };
  const set = (text: string) => {
    if (editing) return setCorrection(text);
    keep(text || quote ? { text, files: [], quote, mode: "message" } : null);
    typing(text !== "");
  };
  return {
    text: editing ? correction : (kept?.text ?? ""),
    quote: quoted ? { name: quoted.author.name, text: quoted.body?.text ?? "" } : null,
    set,
    clear() {
      if (editing) return;
      keep(null);
      typing(false);
    },
  };
}

/** Say that the person is typing: every four seconds at most, and when they stop. */
function useTyping(conversation: string): (on: boolean) => void {
  const world = useWorld();
  const last = useRef(0);
  return (on) => {
    const now = Date.now();
    if (!world.state.peek()?.timelines[conversation]?.seq || (on && now - last.current < TYPING_EVERY)) return;
    if (!on && last.current === 0) return;
    last.current = on ? now : 0;
    world.desk.peek()?.typing(conversation, "contact", on);
  };
}
