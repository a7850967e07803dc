import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Finding } from "../core/care";
import { Composer } from "../ui/Composer";
import { useDropping } from "../ui/dropping";
import { lazily } from "../ui/lazily";
import { type PendingFiles, usePendingFiles } from "../ui/pending";
import { useReader } from "../ui/reader";
import { useScanning } from "./scanning";
import { sendMessage } from "./sending";
import { type Draft, type Stored, useDraft } from "./useDraft";
import { useWorld } from "./world";
import { nothingSpecial, type Writing } from "./writing";

interface Props {
  conversation: string;
  writing: Writing;
  setWriting(writing: Writing): void;
}

const CareCard = lazily(() => import("./Cards").then((module) => module.CareCard));
const ScanCard = lazily(() => import("./Cards").then((module) => module.ScanCard));
const NO_LIMITS_YET = { files: 10, file_bytes: 10 * 1024 * 1024 };

/** The composer of the panel: draft, files, corrections, and care before anything is sent. */
export function Write({ conversation, writing, setWriting }: Props): VNode {
  const world = useWorld();
  const words = world.words.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(conversation, writing);
  const [warned, setWarned] = useState<Finding[]>([]);
  const files = useFiles(conversation, draft, writing.editing !== null);
  const takesFiles = world.switches.value.files !== false && !writing.editing && world.state.value?.me;
  const dropping = useDropping(takesFiles ? files.add : null);
  const scanning = useScanning(field, draft.set);
  useFocus(field, writing);

  const send = () => {
    if (writing.editing) {
      const { key } = writing.editing;
      // It is here: whoever corrects has seen the timeline that needs it.
      void import("./correction").then(({ correct }) => correct(world, conversation, key, draft.text));
    } else {
      const ids = files.files.flatMap((file) => (file.id ? [file.id] : []));
      files.clear();
      sendMessage(world, conversation, { text: draft.text.trim(), files: ids, quote: draft.quote?.key ?? null });
    }
    draft.clear();
    setWarned([]);
    setWriting(nothingSpecial);
    field.current?.focus();
  };
  const trySend = async () => {
    const { text } = draft;
    const found = await lookForPrivate(text);
    if (field.current?.value !== text) return; // more was typed meanwhile
    if (found.length) setWarned(found);
    else send();
  };
  const problem = files.problem;
  const cards = (
    <>
      {scanning.burst ? <ScanCard onRemove={scanning.remove} onKeep={scanning.keep} /> : null}
      {warned.length ? (
        <CareCard findings={warned} onSend={send} onEdit={() => endWarning(setWarned, field.current)} />
      ) : null}
      {problem ? (
        <p class="composer-problem" role="alert">
          {problem}
        </p>
      ) : null}
    </>
  );
  return (
    <footer class={`write${dropping ? " dropping" : ""}`}>
      {dropping ? <DropHint /> : null}
      <Composer
        text={draft.text}
        onText={(text) => {
          draft.set(text);
          if (warned.length) setWarned([]);
        }}
        onSend={() => void trySend()}
        canSend={files.ready && !scanning.burst && (draft.text.trim() !== "" || files.files.length > 0)}
        label={words.message}
        placeholder={usePlaceholder(conversation)}
        files={files.files}
        {...(takesFiles ? { onFiles: files.add } : {})}
        onRemoveFile={files.remove}
        quote={draft.quote}
        editing={writing.editing !== null}
        onCancel={() => {
          draft.plain();
          setWriting(nothingSpecial);
        }}
        above={cards}
        onKey={scanning.onKey}
        limits={world.state.value?.limits ?? null}
        input={field}
      />
    </footer>
  );
}

/** The files of what is written: what is going up now, and what an earlier page had stored for it already. */
function useFiles(conversation: string, draft: Draft, editing: boolean): PendingFiles {
  const world = useWorld();
  const limits = world.state.value?.limits ?? NO_LIMITS_YET;
  const going = usePendingFiles((file, progress) => upload(world, conversation, file, progress), limits);
  const earlier = draft.files.filter(({ id }) => !going.files.some((file) => file.id === id));
  const fresh = going.files.filter(({ id }) => id && !draft.files.some((file) => file.id === id)) as Stored[];
  useEffect(() => {
    if (fresh.length && !editing) draft.attach([...draft.files, ...fresh.map(({ id, name }) => ({ id, name }))]);
  });
  if (editing) return { ...going, files: [] };
  return {
    ...going,
    files: [...earlier.map(({ id, name }) => ({ key: id, name, part: 1, id, error: null })), ...going.files],
    remove(key) {
      const id = going.files.find((file) => file.key === key)?.id ?? key;
      going.remove(key);
      draft.attach(draft.files.filter((file) => file.id !== id));
    },
  };
}

/** What looks private in a text. The rules are fetched with the first message; without them nothing is held back. */
async function lookForPrivate(text: string): Promise<Finding[]> {
  const care = await import("../core/care").catch(() => null);
  return care?.findPrivate(text) ?? [];
}

function endWarning(setWarned: (findings: Finding[]) => void, field: HTMLTextAreaElement | null): void {
  setWarned([]);
  field?.focus();
}

function DropHint(): VNode {
  return <p class="drop-hint">{useReader().words.dropHere}</p>;
}

/** Whether this opening of the panel has had its focus. */
const openings = { taken: false };

/** Focus because the person opened the panel, answers or corrects: never because something arrived. */
function useFocus(field: { current: HTMLTextAreaElement | null }, writing: Writing): void {
  const world = useWorld();
  const opened = world.opened.value;
  // Before the next key: the field of the conversation that comes up goes on where that of the first one was.
  useLayoutEffect(() => {
    if (!opened) {
      openings.taken = false;
      return;
    }
    const take = () => {
      openings.taken = true;
    };
    // A conversation that came up by itself may keep the focus in here, never fetch it from the EHR's page.
    if (!openings.taken || document.hasFocus()) field.current?.focus();
    if (document.hasFocus()) take(); // if not yet, the browser is still bringing it from the host's page
    addEventListener("focus", take);
    return () => removeEventListener("focus", take);
  }, [opened, field]);
  useEffect(() => {
    if (writing.quote || writing.editing) field.current?.focus();
  }, [writing, field]);
}

function usePlaceholder(conversation: string): string {
  const world = useWorld();
  const words = world.words.value;
  const timeline = world.state.value?.timelines[conversation];
  if (!timeline || timeline.status === "new") return words.firstMessage;
  if (timeline.urgency === "care_blocked" && !timeline.agent) return words.careBlockedSay;
  if (timeline.status === "resolved") return words.writeToReopen;
  return timeline.agent ? words.message : words.addMore;
}

type World = ReturnType<typeof useWorld>;

function upload(world: World, conversation: string, file: File, progress: (part: number) => void) {
  const desk = world.desk.peek();
  return desk ? desk.upload(conversation, file, progress) : Promise.reject(new Error("not connected"));
}
