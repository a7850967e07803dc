// Quoting a message: the quote is a part of the reply's draft, so it stays with it.
import type { Item } from "../../core/state";
import { draftOf, draftPlace } from "../model/drafts";
import type { World } from "../world";

/** Begin a reply to one message; a note never quotes into the contact's view. */
export function quote({ desk, view, dispatch }: World, item: Item) {
  const conversation = view.peek().chosen;
  if (conversation === null) return;
  const draft = draftOf(desk.state.peek(), conversation, "message");
  desk.draft(draftPlace(conversation, "message"), {
    text: draft?.text ?? "",
    files: draft?.files ?? [],
    quote: item.key,
    mode: "message",
  });
  dispatch({ kind: "mode", conversation, mode: "message" });
  dispatch({ kind: "focus", part: "composer" });
}
