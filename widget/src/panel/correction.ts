// A correction that nobody is writing any more: its page was loaded anew, or the server refused it.
import { useEffect } from "preact/hooks";
import { correctionPlace } from "../core/drafts";
import type { Item, Timeline } from "../core/state";
import { sayRefused } from "./refused";
import { putBack } from "./unsent";
import { useWorld, type World } from "./world";
import type { Writing } from "./writing";

export const EDIT_MS = 60_000;

/** Go on with it while that is possible; after that, its text is what is being written. */
export function useFoundCorrection(timeline: Timeline, writing: Writing, setWriting: (writing: Writing) => void): void {
  const world = useWorld();
  const drafts = world.state.value?.drafts ?? {};
  const { conversation } = timeline;
  const isFound = ({ key }: Item) => key !== writing.editing?.key && correctionPlace(conversation, key) in drafts;
  const found = timeline.live ? timeline.items.find(isFound) : undefined;
  useEffect(() => {
    const desk = world.desk.peek();
    // Another tab of the same person may be where it is written: only what somebody looks at here goes on here.
    if (!desk || !found || document.visibilityState !== "visible") return;
    const place = correctionPlace(conversation, found.key);
    const written = drafts[conversation];
    const text = found.body?.text ?? "";
    if (!written?.text && !writing.editing && world.now.peek() - found.at < EDIT_MS) {
      setWriting({ quote: null, editing: { key: found.key, text } });
      return;
    }
    const kept = drafts[place]?.text ?? "";
    if (kept.trim() && kept !== text) desk.draft(conversation, putBack(kept, written));
    desk.draft(place, null);
  }, [found?.key]);
}

/** Change one's own message; a refusal is told, and the text is found again. */
export async function correct(world: World, conversation: string, target: string, text: string): Promise<void> {
  const answer = await world.desk.peek()?.act("edit", conversation, { target, body: { text: text.trim() } });
  if (answer && !answer.ok) sayRefused(world, answer.code);
}
