// Which conversation stands on the screen. Pure: the state, the present and what the person picked come in.
import { isComposed } from "../core/drafts";
import type { ConversationRow } from "../core/frames";
import type { ClientState, Timeline } from "../core/state";

const RATING_WINDOW = 300_000; // after that a word is a new question, not an answer

/** Every conversation of this contact that is known here, newest first. */
export function ownRows(state: ClientState): ConversationRow[] {
  const rows = new Map<string, ConversationRow>();
  for (const row of [...(state.snapshot?.conversations ?? []), ...(state.lists.mine?.rows ?? [])]) {
    const known = rows.get(row.conversation);
    if (!known || row.version >= known.version) rows.set(row.conversation, row);
  }
  return [...rows.values()].sort((a, b) => b.changed_at - a.changed_at);
}

/** Whether the server has said that this conversation is this contact's. */
export const isOwn = (state: ClientState, conversation: string): boolean =>
  ownRows(state).some((row) => row.conversation === conversation);

/** Whether something of a conversation has been typed and sent here, acknowledged or not. */
export const hasBegun = (timeline: Timeline | undefined): boolean =>
  timeline !== undefined && (timeline.items.length > 0 || timeline.status !== "new");

/**
 * The conversation to show: what was begun on this device and is unsent, else one that is open, else one that ended
 * minutes ago and was not rated, else one with a draft that was never sent, else a new one.
 */
export function choose(state: ClientState, fresh: string, now: number): string {
  const rows = ownRows(state);
  const known = new Set(rows.map((row) => row.conversation));
  const unsent = Object.values(state.timelines).find((one) => one.items.some((item) => item.seq === null));
  if (unsent) return unsent.conversation;
  const open = rows.find((row) => row.status !== "resolved");
  if (open) return open.conversation;
  const ended = rows[0];
  const recent = ended && ended.rating === null && now - ended.changed_at < RATING_WINDOW;
  const draft = Object.entries(state.drafts).find(
    ([id, kept]) => isComposed(id) && !known.has(id) && id !== fresh && kept.text.trim(),
  );
  if (draft) return draft[0];
  return recent ? ended.conversation : fresh;
}

/** Whether the person should be asked how it went: it was offered, not yet answered, and nothing was rated today. */
export function mayAskRating(state: ClientState, timeline: Timeline, now: number): boolean {
  if (timeline.status !== "resolved" || !timeline.askRating || timeline.rating) return false;
  return !ownRows(state).some((row) => row.rating !== null && now - row.changed_at < 86_400_000);
}
