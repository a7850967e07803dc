import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Item } from "../../core/state";
import { Button } from "../../ui/Button";
import { useWorld } from "../world";

/** Change one's own message within the minute: Enter saves, Escape leaves it as it was. */
export function EditBox({ item, onDone }: { item: Item; onDone(): void }): VNode {
  const { words, reader, acts, view } = useWorld();
  const [text, setText] = useState(item.body?.text ?? "");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const save = async () => {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    const ok = text === item.body?.text || (await acts.edit(view.peek().chosen ?? "", item.key, text));
    setBusy(false);
    if (ok) onDone();
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
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
          else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <p>
        <Button onClick={onDone}>{words.cancel}</Button>
        <Button look="primary" disabled={busy} onClick={() => void save()}>
          {reader.words.save}
        </Button>
      </p>
    </form>
  );
}
