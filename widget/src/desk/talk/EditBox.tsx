import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { correctionPlace } from "../../core/drafts";
import type { Item } from "../../core/state";
import { Button } from "../../ui/Button";
import { useKept } from "../kept";
import { useWorld, type World } from "../world";

/** The correction that was just begun takes the focus; one that was found again does not. */
let begun: string | null = null;

/** Begin to correct a message. The correction is a draft from its first moment, so it is here again after a reload. */
export function correct({ desk, view }: World, item: Item) {
  const place = correctionPlace(view.peek().chosen ?? "", item.key);
  begun = place;
  desk.draft(place, { text: item.body?.text ?? "", files: [], quote: null, mode: "note" });
}

/** Change one's own message within the minute: Enter saves, Escape leaves it as it was. */
export function EditBox({ item }: { item: Item }): VNode {
  const { words, reader, acts, view } = useWorld();
  const conversation = view.peek().chosen ?? "";
  const place = correctionPlace(conversation, item.key);
  const { text, write, forget } = useKept(place, true);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (begun === place) field.current?.focus();
    begun = null;
  }, []);
  const save = async () => {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    const ok = text === item.body?.text || (await acts.edit(conversation, item.key, text));
    setBusy(false);
    if (ok) forget();
  };
  return (
    <form
      class={`edit-box${item.kind === "note" ? " note" : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        value={text}
        aria-label={reader.words.editingMessage}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") forget();
          else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <p>
        <Button onClick={forget}>{words.cancel}</Button>
        <Button look="primary" disabled={busy} onClick={() => void save()}>
          {reader.words.save}
        </Button>
      </p>
    </form>
  );
}
