// The text being written in one mode of one conversation: kept as a draft at each change, sent once, never shared.
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { usePendingFiles } from "../../ui/pending";
import { draftOf, draftPlace } from "../model/drafts";
import { mentionsIn } from "../model/mentions";
import type { Talk } from "../model/talk";
import type { Mode } from "../model/view";
import { useWorld, type World } from "../world";

const typingEvery = 3000;
const limits = { files: 10, file_bytes: 10 * 1024 * 1024 };
/** Names of files that went up while this page was open: a draft keeps ids only. */
const names = new Map<string, string>();

export type Writing = ReturnType<typeof useWriting>;

/** Hold what is being written; the mode is fixed for as long as this lives, and so is who will read it. */
export function useWriting(talk: Talk, mode: Mode) {
  const world = useWorld();
  const { desk } = world;
  const { conversation } = talk;
  const place = draftPlace(conversation, mode);
  const draft = useComputed(() => draftOf(desk.state.value, conversation, mode));
  const [text, setText] = useState(draft.peek()?.text ?? "");
  const [kept, setKept] = useState<string[]>(draft.peek()?.files ?? []);
  const [house, setHouse] = useState(false);
  const touched = useRef(text !== "");
  const upload = async (file: File, progress: (part: number) => void) => {
    const stored = await desk.upload(conversation, file, progress);
    names.set(stored.id, stored.name);
    return stored;
  };
  const pending = usePendingFiles(upload, limits);
  const quote = draft.value?.quote ?? null;
  const going = pending.files.flatMap(({ id }) => (id ? [id] : []));
  const files = [...kept, ...going];

  const keep = (nextText: string, nextQuote: string | null, nextFiles: string[]) => {
    const empty = nextText === "" && nextQuote === null && nextFiles.length === 0;
    desk.draft(place, empty ? null : { text: nextText, files: nextFiles, quote: nextQuote, mode });
  };
  // A draft that is unsealed after the first look still finds an untouched field.
  useEffect(() => {
    const late = draft.value;
    if (touched.current || !late) return;
    if (late.text !== text) setText(late.text);
    if (late.files.join() !== files.join()) setKept(late.files);
  }, [draft.value]);
  useEffect(() => {
    if (going.length > 0) keep(text, quote, files);
  }, [going.join()]);

  const typing = useTyping(world, conversation, mode);
  const canSend = (text.trim() !== "" || files.length > 0) && pending.ready && text.length <= 8192;
  return {
    text,
    quote,
    kept,
    pending,
    house,
    setHouse,
    canSend,
    nameOf: (id: string) => names.get(id),
    write(next: string) {
      touched.current = true;
      setText(next);
      keep(next, quote, files);
      typing(next !== "");
    },
    unquote: () => keep(text, null, files),
    dropKept(id: string) {
      const left = kept.filter((each) => each !== id);
      setKept(left);
      keep(text, quote, [...left, ...going]);
    },
    rest: () => typing(false),
    send() {
      if (!canSend) return;
      const agents = desk.state.peek().snapshot?.agents ?? [];
      const body = { text: text.trim(), files, quote, mentions: mode === "note" ? mentionsIn(text, agents) : [] };
      if (mode === "note") desk.send(conversation, "note", body, house ? "house" : "staff");
      else desk.send(conversation, "message", body);
      typing(false);
      setText("");
      setKept([]);
      pending.clear();
      desk.draft(place, null);
    },
  };
}

/** Tell others that somebody is writing: seldom, and a note only to colleagues. */
function useTyping({ desk }: World, conversation: string, mode: Mode): (on: boolean) => void {
  const last = useRef({ on: false, at: 0 });
  const audience = mode === "note" ? "staff" : "contact";
  const tell = (on: boolean) => {
    const now = performance.now();
    if (on ? last.current.on && now - last.current.at < typingEvery : !last.current.on) return;
    last.current = { on, at: now };
    desk.typing(conversation, audience, on);
  };
  useEffect(() => () => tell(false), []);
  return tell;
}
