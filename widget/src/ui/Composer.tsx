import type { ComponentChildren, Ref, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { excess, type TextLimits } from "../core/size";
import { IconButton } from "./Button";
import { PendingFileList } from "./PendingFileList";
import type { PendingFile } from "./pending";
import { useReader } from "./reader";
import { Clip, Close, Send, Smile } from "./signs";

export interface ComposerProps {
  text: string;
  onText(text: string): void;
  onSend(): void;
  canSend: boolean;
  label: string; // the field's name
  placeholder: string;
  look?: "reply" | "note";
  files?: PendingFile[];
  onFiles?(files: File[]): void; // left out: no attachments
  onRemoveFile?(key: string): void;
  quote?: { name: string; text: string } | null;
  editing?: boolean;
  onCancel?(): void; // ends a quote or an edit
  above?: ComponentChildren; // warnings, between what is written and the timeline
  tools?: ComponentChildren; // more buttons, beside attach and emoji
  onKey?(event: KeyboardEvent): boolean; // true: dealt with
  limits?: TextLimits | null;
  input?: Ref<HTMLTextAreaElement>;
}

/** Where people write. Grows to six lines; Enter sends, Shift+Enter breaks the line; paste takes pictures and files. */
export function Composer(props: ComposerProps): VNode {
  const { words } = useReader();
  const field = useRef<HTMLTextAreaElement>(null);
  const over = excess(props.text, props.limits);
  const canSend = props.canSend && over <= 0;
  useGrowing(field, props.text);
  useShared(field, props.input);
  return (
    <div class="composer">
      {props.above}
      {props.quote || props.editing ? <Reference {...props} /> : null}
      {props.files?.length ? (
        <PendingFileList files={props.files} onRemove={(key) => props.onRemoveFile?.(key)} />
      ) : null}
      {over > 0 ? (
        <p class="composer-problem" role="alert">
          {words.textTooLong(over)}
        </p>
      ) : null}
      <div class={`composer-box${props.look === "note" ? " note" : ""}`}>
        {props.onFiles ? <AttachButton onFiles={props.onFiles} /> : null}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={props.text}
          aria-label={props.label}
          placeholder={props.placeholder}
          onInput={(event) => props.onText(event.currentTarget.value)}
          onKeyDown={(event) => pressed(event, props, canSend)}
          onPaste={(event) => pasted(event, props.onFiles)}
        />
        {props.tools}
        <EmojiButton field={field} onText={props.onText} />
        <button
          type="button"
          class="send"
          aria-label={props.editing ? words.save : words.send}
          title={props.editing ? words.save : words.send}
          aria-disabled={!canSend}
          onClick={() => canSend && props.onSend()}
        >
          <Send />
        </button>
      </div>
    </div>
  );
}

function pressed(event: KeyboardEvent, props: ComposerProps, canSend: boolean): void {
  if (props.onKey?.(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "Escape" && (props.quote || props.editing)) {
    event.stopPropagation();
    props.onCancel?.();
    return;
  }
  // 229: the Enter that ends a composition in an input method is not the person's.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  if (canSend && !event.repeat) props.onSend();
}

function pasted(event: ClipboardEvent, onFiles: ComposerProps["onFiles"]): void {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !onFiles) return;
  event.preventDefault();
  onFiles(files);
}

/** Let the field grow with its text; the stylesheet says how far, and how high an empty one is at any size of text. */
function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "";
    if (text) element.style.height = `${element.scrollHeight}px`;
  }, [text]);
}

function useShared(field: { current: HTMLTextAreaElement | null }, shared?: Ref<HTMLTextAreaElement>): void {
  useLayoutEffect(() => {
    if (typeof shared === "function") shared(field.current);
    else if (shared) shared.current = field.current;
  }, [field, shared]);
}

function Reference({ quote, editing, onCancel }: ComposerProps): VNode {
  const { words } = useReader();
  return (
    <div class="composer-reference">
      <span>
        <b>{editing ? words.editingMessage : words.answeringTo(quote?.name ?? "")}</b>
        {editing ? null : <span class="quote-text">{quote?.text}</span>}
      </span>
      <IconButton icon={Close} label={words.cancel} onClick={onCancel} />
    </div>
  );
}

function AttachButton({ onFiles }: { onFiles(files: File[]): void }): VNode {
  const { words } = useReader();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon={Clip} label={words.attach} onClick={() => picker.current?.click()} />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

type Picker = typeof import("./EmojiPicker").EmojiPicker;

function EmojiButton({
  field,
  onText,
}: {
  field: { current: HTMLTextAreaElement | null };
  onText(text: string): void;
}): VNode {
  const { words } = useReader();
  const [picker, setPicker] = useState<{ Show: Picker } | null>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open && !picker) void import("./EmojiPicker").then((module) => setPicker({ Show: module.EmojiPicker }));
  }, [open, picker]);
  const choose = (emoji: string) => {
    const element = field.current;
    if (!element) return;
    element.setRangeText(emoji, element.selectionStart, element.selectionEnd, "end");
    onText(element.value);
  };
  const close = () => {
    setOpen(false);
    field.current?.focus();
  };
  return (
    <>
      <IconButton icon={Smile} label={words.emoji} aria-expanded={open} onClick={() => setOpen(!open)} />
      {open && picker ? <picker.Show onChoose={choose} onClose={close} /> : null}
    </>
  );
}
