// The text being written. It lives in the client's state, which keeps it sealed.
import { useRef } from "preact/hooks";
import { correctionPlace } from "../core/drafts";
import type { Draft as Kept } from "../core/state";
import { useWorld } from "./world";
import type { Writing } from "./writing";

const TYPING_EVERY = 4000;

/** A file that is stored, and not sent yet. */
export interface Stored {
  id: string;
  name: string;
}

export interface Draft {
  text: string;
  quote: { key: string; name: string; text: string } | null;
  files: Stored[];
  set(text: string): void;
  attach(files: Stored[]): void;
  /** It is sent, or given up: a correction, an answer, or what was written. */
  clear(): void;
  /** Give up the correction or the quote, and keep what was written for its own sake. */
  plain(): void;
}

/** Hold what is written, as a draft from its first letter: of the conversation, or of the message that is corrected. */
export function useDraft(conversation: string, { editing, quote }: Writing): Draft {
  const world = useWorld();
  const typing = useTyping(conversation);
  const desk = world.desk.value;
  const place = editing ? correctionPlace(conversation, editing.key) : conversation;
  const kept = (desk ? world.state.value?.drafts : world.early.value)?.[place];
  const answered = editing ? null : (quote ?? kept?.quote ?? null);
  const quoted = world.state.value?.timelines[conversation]?.items.find((item) => item.key === answered);
  const keep = (draft: Kept | null) => {
    if (desk) desk.draft(place, draft);
    else world.early.value = draft ? { [place]: draft } : {};
  };
  const files = (kept?.files ?? []).map((id, place) => ({ id, name: kept?.names?.[place] ?? "" }));
  const write = (text: string, quote: string | null, stored: Stored[]) => {
    const [ids, names] = [stored.map(({ id }) => id), stored.map(({ name }) => name)];
    keep(text || quote || editing || ids.length ? { text, files: ids, names, quote, mode: "message" } : null);
  };
  return {
    text: kept?.text ?? editing?.text ?? "",
    quote: quoted ? { key: quoted.key, name: quoted.author.name, text: quoted.body?.text ?? "" } : null,
    files,
    attach: (stored) => write(kept?.text ?? "", answered, stored),
    set(text) {
      write(text, answered, files);
      if (!editing) typing(text !== "");
    },
    clear() {
      keep(null);
      if (!editing) typing(false);
    },
    plain() {
      if (editing) keep(null);
      else write(kept?.text ?? "", null, files);
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
