import type { VNode } from "preact";
import { IconButton, LinkButton } from "../ui/Button";
import { Alert, Close } from "../ui/icons";
import { useWorld } from "./world";

/** What came of an act, in a sentence, and a way to take it back. */
export function Notices(): VNode {
  const { view, words, dispatch } = useWorld();
  return (
    <div class="notices" role="status" aria-live="polite">
      {view.value.notices.map((notice) => (
        <div key={notice.id} class={`notice${notice.bad ? " bad" : ""}`}>
          {notice.bad ? <Alert size={18} /> : null}
          <span>{notice.text}</span>
          {notice.undo ? (
            <LinkButton
              onClick={() => {
                dispatch({ kind: "dismiss", id: notice.id });
                notice.undo?.();
              }}
            >
              {words.undo}
            </LinkButton>
          ) : null}
          <IconButton icon={Close} label={words.dismiss} onClick={() => dispatch({ kind: "dismiss", id: notice.id })} />
        </div>
      ))}
    </div>
  );
}
