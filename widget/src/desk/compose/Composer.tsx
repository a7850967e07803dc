import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { Lock, Pencil, Reply } from "../../ui/icons";
import { draftOf, isEmpty, modeOf } from "../model/drafts";
import type { Talk } from "../model/talk";
import type { Mode } from "../model/view";
import { Keys } from "../parts/Keys";
import { useWorld } from "../world";
import { Writer } from "./Writer";

/** Where an agent writes: a reply or a note, each with a text of its own, so neither can become the other. */
export function Composer({ talk }: { talk: Talk }): VNode {
  const { desk, view, words } = useWorld();
  const mode = useComputed(() => modeOf(desk.state.value, view.value.modes, talk.conversation)).value;
  return (
    <section
      class={`compose ${mode === "note" ? "noting" : "replying"}`}
      aria-label={mode === "note" ? words.writeNote : words.writeReply}
    >
      <div class="compose-top">
        <Modes conversation={talk.conversation} mode={mode} />
        <Hint talk={talk} mode={mode} />
      </div>
      <Writer key={mode} talk={talk} mode={mode} />
    </section>
  );
}

function Modes({ conversation, mode }: { conversation: string; mode: Mode }): VNode {
  const { words, dispatch } = useWorld();
  const set = (next: Mode) => {
    dispatch({ kind: "mode", conversation, mode: next });
    dispatch({ kind: "focus", part: "composer" });
  };
  return (
    <fieldset class="modes" aria-label={words.mode}>
      <ModeButton conversation={conversation} mode="message" on={mode === "message"} onSet={set} />
      <ModeButton conversation={conversation} mode="note" on={mode === "note"} onSet={set} />
    </fieldset>
  );
}

interface ModeProps {
  conversation: string;
  mode: Mode;
  on: boolean;
  onSet(mode: Mode): void;
}

function ModeButton({ conversation, mode, on, onSet }: ModeProps): VNode {
  const { desk, words } = useWorld();
  const note = mode === "note";
  const begun = useComputed(() => {
    const draft = draftOf(desk.state.value, conversation, mode);
    return draft !== null && !isEmpty(draft);
  });
  return (
    <button type="button" class={`mode${note ? " noting" : ""}`} aria-pressed={on} onClick={() => onSet(mode)}>
      {note ? <Lock size={14} /> : <Reply size={14} />}
      {note ? words.note : words.reply}
      {!on && begun.value ? <Pencil size={12} /> : null}
      <Keys keys={note ? "n" : "r"} />
    </button>
  );
}

/** One line about who will see this, or what sending does beyond sending. */
function Hint({ talk, mode }: { talk: Talk; mode: Mode }): VNode | null {
  const { words } = useWorld();
  if (mode === "note") return null;
  if (talk.status === "resolved") return <span class="compose-hint">{words.resolvedReply}</span>;
  if (talk.agent === null) return <span class="compose-hint">{words.unclaimed}</span>;
  return talk.mine ? null : <span class="compose-hint">{words.notYours(talk.agent.name)}</span>;
}
