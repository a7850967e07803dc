import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ConversationRow } from "../../core/frames";
import { shortDate } from "../model/times";
import { useWorld } from "../world";

const shownFirst = 4;

/** What this person asked before: asked for once for each person. */
export function Before({ contact, except }: { contact: string; except: string }): VNode {
  const { ask, words } = useWorld();
  const [rows, setRows] = useState<ConversationRow[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [all, setAll] = useState(false);
  useEffect(() => {
    const asking = new AbortController();
    ask.history(contact, asking.signal).then(setRows, () => {
      if (!asking.signal.aborted) setFailed(true);
    });
    return () => asking.abort();
  }, [contact, ask]);
  const earlier = (rows ?? []).filter((row) => row.conversation !== except);
  const shown = all ? earlier : earlier.slice(0, shownFirst);
  return (
    <section class="before">
      <h3>
        {words.before}
        {earlier.length > shownFirst && !all ? (
          <button type="button" class="link" onClick={() => setAll(true)}>
            {words.all} {earlier.length}
          </button>
        ) : null}
      </h3>
      {failed ? <small>{words.beforeFailed}</small> : null}
      {rows && earlier.length === 0 ? <small>{words.beforeNone}</small> : null}
      <ul>
        {shown.map((row) => (
          <Earlier key={row.conversation} row={row} />
        ))}
      </ul>
    </section>
  );
}

function Earlier({ row }: { row: ConversationRow }): VNode {
  const { words, reader, now, dispatch } = useWorld();
  const rating = row.rating ? ` · ${row.rating}` : "";
  return (
    <li>
      <button
        type="button"
        class="earlier"
        onClick={() => dispatch({ kind: "choose", conversation: row.conversation, row, place: 0 })}
      >
        <span class="earlier-words" dir="auto">
          {row.topic || row.preview || row.reference}
        </span>
        <span class="num" title={row.rating ? words.ratingOf(row.rating) : undefined}>
          {shortDate(row.changed_at, now.peek(), reader)}
          {rating}
        </span>
      </button>
    </li>
  );
}
