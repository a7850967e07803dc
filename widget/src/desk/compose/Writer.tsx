import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../../ui/Button";
import { useDropping } from "../../ui/dropping";
import { Close, Lock } from "../../ui/icons";
import { PendingFileList } from "../../ui/PendingFileList";
import { mentionsIn } from "../model/mentions";
import type { Talk } from "../model/talk";
import type { Mode } from "../model/view";
import { Keys } from "../parts/Keys";
import { useWorld } from "../world";
import { Suggestions } from "./Suggestions";
import { useSuggesting } from "./suggesting";
import { Tools } from "./Tools";
import { useWriting, type Writing } from "./writing";

interface Props {
  talk: Talk;
  mode: Mode;
}

/** The box itself. What it looks like says who will read it: a note is amber, locked, and its button says 'Save note'. */
export function Writer({ talk, mode }: Props): VNode {
  const { words, reader, view, preferences, dispatch } = useWorld();
  const field = useRef<HTMLTextAreaElement>(null);
  const writing = useWriting(talk, mode);
  const suggesting = useSuggesting(talk, mode, writing, field);
  const dropping = useDropping(writing.takesFiles ? writing.pending.add : null);
  const note = mode === "note";
  const focus = view.value.focus;
  // Before the next key can arrive: whoever presses N and types on at once writes a note, not commands.
  useLayoutEffect(() => {
    if (focus.part !== "composer") return;
    field.current?.focus();
    dispatch({ kind: "focus", part: "none" });
  }, [focus, dispatch]);
  useGrowing(field, writing.text);
  const hint = note ? words.noteHint : words.replyHint(firstName(talk));
  const listId = `suggestions-${mode}`;
  return (
    <div class={`writer composer${note ? " note" : ""}`}>
      <Suggestions id={listId} suggesting={suggesting} />
      {note ? <NoteBand writing={writing} /> : null}
      <QuoteBand writing={writing} talk={talk} />
      <textarea
        ref={field}
        rows={2}
        dir="auto"
        value={writing.text}
        placeholder={hint}
        aria-label={note ? words.writeNote : words.writeReply}
        aria-autocomplete="list"
        aria-controls={suggesting.open ? listId : undefined}
        aria-activedescendant={suggesting.open ? `${listId}-${suggesting.active}` : undefined}
        onInput={(event) => {
          writing.write(event.currentTarget.value);
          suggesting.look();
        }}
        onClick={suggesting.look}
        onBlur={() => {
          writing.rest();
          suggesting.close();
        }}
        onPaste={(event) => pasted(event, writing)}
        onKeyDown={(event) => {
          if (!suggesting.key(event)) pressed(event, writing, preferences.peek().enterSends);
        }}
      />
      {writing.pending.problem ? (
        <p class="composer-problem" role="alert">
          {writing.pending.problem}
        </p>
      ) : null}
      <Files writing={writing} />
      <Telling text={writing.text} note={note} />
      <div class="writer-foot">
        <Tools field={field} mode={mode} writing={writing} onLook={suggesting.look} />
        <span class="send-hint">
          <Keys keys={preferences.value.enterSends ? "Enter" : "mod+Enter"} />
        </span>
        <Button
          look="primary"
          class={`send-button${note ? " note" : ""}`}
          aria-disabled={!writing.canSend}
          onClick={() => {
            writing.send();
            field.current?.focus();
          }}
        >
          {note ? <Lock size={16} /> : null}
          {note ? words.saveNote : words.sendReply}
        </Button>
      </div>
      {dropping ? <p class="drop">{reader.words.dropHere}</p> : null}
    </div>
  );
}

const firstName = (talk: Talk) => talk.contact?.name ?? talk.reference;

function pressed(event: KeyboardEvent, writing: Writing, enterSends: boolean) {
  if (event.key === "Escape") {
    event.preventDefault();
    (event.currentTarget as HTMLElement).blur();
    return;
  }
  // 229: the Enter that ends a composition in an input method is not the person's.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  const asked = event.ctrlKey || event.metaKey;
  if (!enterSends && !asked) return;
  event.preventDefault();
  if (!event.repeat) writing.send();
}

function pasted(event: ClipboardEvent, writing: Writing) {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0 || !writing.takesFiles) return;
  event.preventDefault();
  writing.pending.add(files);
}

function NoteBand({ writing }: { writing: Writing }): VNode {
  const { words, desk } = useWorld();
  const me = desk.state.value.me;
  return (
    <p class="note-band">
      <Lock size={14} />
      <span>{writing.house ? words.houseSeenBy : words.noteSeenBy}</span>
      {me?.kind === "agent" && me.in_house ? (
        <label>
          <input
            type="checkbox"
            checked={writing.house}
            onChange={(event) => writing.setHouse(event.currentTarget.checked)}
          />
          {words.houseOnly}
        </label>
      ) : null}
    </p>
  );
}

function QuoteBand({ writing, talk }: { writing: Writing; talk: Talk }): VNode | null {
  const { words, reader, desk } = useWorld();
  if (!writing.quote) return null;
  const quoted = desk.state.value.timelines[talk.conversation]?.items.find(({ key }) => key === writing.quote);
  return (
    <div class="composer-reference">
      <span>
        <b>{words.quoting(quoted?.author.name ?? "")}</b>
        <span class="quote-text" dir="auto">
          {quoted && !quoted.gone ? quoted.body?.text : reader.words.quoteGone}
        </span>
      </span>
      <IconButton icon={Close} label={words.dropQuote} onClick={writing.unquote} />
    </div>
  );
}

function Files({ writing }: { writing: Writing }): VNode | null {
  const { words } = useWorld();
  const kept = writing.kept.map((id) => ({
    key: id,
    name: writing.nameOf(id) ?? words.fileKept,
    part: 1,
    id,
    error: null,
  }));
  const all = [...kept, ...writing.pending.files];
  if (all.length === 0) return null;
  return (
    <PendingFileList
      files={all}
      onRemove={(key) => (writing.kept.includes(key) ? writing.dropKept(key) : writing.pending.remove(key))}
    />
  );
}

/** Whom a note tells: said before it is saved. */
function Telling({ text, note }: { text: string; note: boolean }): VNode | null {
  const { desk, words } = useWorld();
  const agents = desk.state.value.snapshot?.agents ?? [];
  const told = note ? mentionsIn(text, agents) : [];
  if (told.length === 0) return null;
  const names = agents.filter(({ id }) => told.includes(id)).map(({ name }) => name);
  return <p class="telling">{words.mentioned(names.join(", "))}</p>;
}

/** Let the field grow with its text; the stylesheet says how far. */
function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
}
