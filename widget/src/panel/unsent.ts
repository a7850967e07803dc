// Words that were given to a link which never came to be: they go back to where they were written.
import type { ClientState, Draft, Timeline } from "../core/state";

/** Whatever is not sent, as the drafts of its conversations: messages in their order, then what was being written. */
export function unsentAsDrafts({
  timelines,
  drafts,
}: Pick<ClientState, "timelines" | "drafts">): Record<string, Draft> {
  const back = { ...drafts };
  for (const timeline of Object.values(timelines)) {
    const texts = waiting(timeline);
    const draft = back[timeline.conversation];
    if (texts.length) back[timeline.conversation] = putBack(texts.join("\n"), draft);
  }
  return back;
}

/** A draft with something before it that was sent too early. */
export const putBack = (text: string, draft?: Draft): Draft => ({
  files: [],
  quote: null,
  mode: "message",
  ...draft,
  text: [text, draft?.text].filter(Boolean).join("\n"),
});

const waiting = ({ items }: Timeline) =>
  items.flatMap((item) => (item.seq === null && item.kind === "message" && item.body?.text ? [item.body.text] : []));
