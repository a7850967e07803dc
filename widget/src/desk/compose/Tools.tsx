import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { IconButton } from "../../ui/Button";
import { EmojiPicker } from "../../ui/EmojiPicker";
import { Clip, Person, Smile, Speech } from "../../ui/icons";
import type { Mode } from "../model/view";
import { useWorld } from "../world";
import type { Writing } from "./writing";

interface Props {
  field: { current: HTMLTextAreaElement | null };
  mode: Mode;
  writing: Writing;
  onLook(): void;
}

/** Attach, emoji, and what a slash or an @ opens, for those who would rather click. */
export function Tools({ field, mode, writing, onLook }: Props): VNode {
  const { words, reader } = useWorld();
  const picker = useRef<HTMLInputElement>(null);
  const [emoji, setEmoji] = useState(false);
  const insert = (text: string) => {
    const element = field.current;
    if (!element) return;
    element.setRangeText(text, element.selectionStart, element.selectionEnd, "end");
    writing.write(element.value);
  };
  const begin = (sign: string) => {
    const element = field.current;
    if (!element) return;
    const before = element.value.slice(0, element.selectionStart);
    insert(before === "" || /\s$/.test(before) ? sign : ` ${sign}`);
    element.focus();
    onLook();
  };
  return (
    <span class="tools">
      {writing.takesFiles ? (
        <IconButton icon={Clip} label={reader.words.attach} onClick={() => picker.current?.click()} />
      ) : null}
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          writing.pending.add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <IconButton icon={Smile} label={reader.words.emoji} aria-expanded={emoji} onClick={() => setEmoji(!emoji)} />
      {mode === "note" ? (
        <IconButton icon={Person} label={words.mention} onClick={() => begin("@")} />
      ) : (
        <IconButton icon={Speech} label={words.canned} onClick={() => begin("/")} />
      )}
      {emoji ? (
        <EmojiPicker
          onChoose={insert}
          onClose={() => {
            setEmoji(false);
            field.current?.focus();
          }}
        />
      ) : null}
    </span>
  );
}
