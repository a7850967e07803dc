// Drafts: a reply and a note are two texts in two places, so switching the mode can never turn one into the other.
import type { ClientState } from "../../core/state";
import type { Mode } from "./view";

export type Draft = ClientState["drafts"][string];

/** Where the draft of a mode is kept. */
export const draftPlace = (conversation: string, mode: Mode) =>
  mode === "note" ? `${conversation}:note` : conversation;

/** The draft of a mode; one that was kept under another mode is not it. */
export function draftOf(state: ClientState, conversation: string, mode: Mode): Draft | null {
  const draft = state.drafts[draftPlace(conversation, mode)];
  return draft && draft.mode === mode ? draft : null;
}

/** The mode to open a conversation in: the one last chosen, else the one with something unfinished, else a reply. */
export function modeOf(state: ClientState, modes: Record<string, Mode>, conversation: string): Mode {
  const chosen = modes[conversation];
  if (chosen) return chosen;
  return !draftOf(state, conversation, "message") && draftOf(state, conversation, "note") ? "note" : "message";
}

export const isEmpty = (draft: Pick<Draft, "text" | "files">) => draft.text.trim() === "" && draft.files.length === 0;
