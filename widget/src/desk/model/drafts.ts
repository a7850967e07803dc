// Drafts: a reply and a note are two texts in two places, so switching the mode can never turn one into the other.
import type { ClientState } from "../../core/state";
import type { Mode } from "./view";

export type Draft = ClientState["drafts"][string];

/** Where the draft of a mode is kept. */
export const draftPlace = (conversation: string, mode: Mode) =>
  mode === "note" ? `${conversation}:note` : conversation;

/** Where a part of a hand-off's packet is kept until it is handed over. */
export const packetPlace = (conversation: string, part: "summary" | "tried" | "asked") =>
  `${conversation}:packet:${part}`;

/** The draft of a mode; one that was kept under another mode is not it. */
export function draftOf(state: ClientState, conversation: string, mode: Mode): Draft | null {
  const draft = state.drafts[draftPlace(conversation, mode)];
  return draft && draft.mode === mode ? draft : null;
}

/** The mode to open a conversation in: the one last chosen, else the one with something unfinished, else a reply. */
export function modeOf(state: ClientState, modes: Record<string, Mode>, conversation: string): Mode {
  const chosen = modes[conversation];
  if (chosen) return chosen;
  const begun = (mode: Mode) => {
    const draft = draftOf(state, conversation, mode);
    return draft !== null && !isEmpty(draft);
  };
  return !begun("message") && begun("note") ? "note" : "message";
}

/** Nothing in it that would be missed: an audience that was chosen would. */
export const isBlank = (draft: Draft) =>
  draft.text === "" && draft.files.length === 0 && draft.quote === null && draft.audience !== "house";

export const isEmpty = (draft: Pick<Draft, "text" | "files">) => draft.text.trim() === "" && draft.files.length === 0;
