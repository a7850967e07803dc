// A text outside the composer that stays as a draft while it is written: closing, switching or reloading loses nothing.
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useWorld } from "./world";

export interface Kept {
  text: string;
  write(text: string): void;
  forget(): void;
}

/** Hold the text of one place; `emptyToo` where the draft itself says that somebody is writing. */
export function useKept(place: string, emptyToo = false): Kept {
  const { desk } = useWorld();
  const draft = useComputed(() => desk.state.value.drafts[place]?.text ?? "");
  const [text, setText] = useState(draft.peek());
  const touched = useRef(text !== "");
  // A draft that is unsealed after the first look still finds an untouched field.
  useEffect(() => {
    if (!touched.current) setText(draft.value);
  }, [draft.value]);
  return {
    text,
    write(next) {
      touched.current = true;
      setText(next);
      desk.draft(place, next === "" && !emptyToo ? null : { text: next, files: [], quote: null, mode: "note" });
    },
    forget: () => desk.draft(place, null),
  };
}
