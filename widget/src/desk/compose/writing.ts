// The text being written in one mode of one conversation: kept as a draft at each change, sent once, never shared.
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Audience } from "../../core/frames";
import { excess } from "../../core/size";
import type { Draft } from "../../core/state";
import { usePendingFiles } from "../../ui/pending";
import { draftOf, draftPlace, isBlank } from "../model/drafts";
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
  const touched = useRef(text !== "");
  const upload = async (file: File, progress: (part: number) => void) => {
    const stored = await desk.upload(conversation, file, progress);
    names.set(stored.id, stored.name);
    return stored;
  };
  const pending = usePendingFiles(upload, limits);
  const takesFiles = desk.state.value.snapshot?.switches.files !== false;
  const quote = draft.value?.quote ?? null;
  const going = pending.files.flatMap(({ id }) => (id ? [id] : []));
  const files = [...kept, ...going];
  const house = mode === "note" && draft.value?.audience === "house";
  const audience = house ? "house" : "staff";

  const keep = (part: Partial<Draft>) => {
    const whole: Draft = { text, files, quote, mode, ...(mode === "note" && { audience }), ...part };
    desk.draft(place, isBlank(whole) ? null : whole);
  };
  // A draft that is unsealed after the first look still finds an untouched field.
  useEffect(() => {
    const late = draft.value;
    if (touched.current || !late) return;
    if (late.text !== text) setText(late.text);
    if (late.files.join() !== files.join()) setKept(late.files);
  }, [draft.value]);
  useEffect(() => {
    if (going.length > 0) keep({});
  }, [going.join()]);

  const typing = useTyping(world, conversation, mode === "note" ? audience : "contact");
  const canSend = (text.trim() !== "" || files.length > 0) && pending.ready && excess(text) === 0;
  return {
    takesFiles,
    text,
    quote,
    kept,
    pending,
    house,
    setHouse: (on: boolean) => keep({ audience: on ? "house" : "staff" }),
    canSend,
    nameOf: (id: string) => names.get(id),
    write(next: string) {
      touched.current = true;
      setText(next);
      keep({ text: next });
      typing(next !== "");
    },
    unquote: () => keep({ quote: null }),
    dropKept(id: string) {
      const left = kept.filter((each) => each !== id);
      setKept(left);
      keep({ files: [...left, ...going] });
    },
    rest: () => typing(false),
    send() {
      if (!canSend) return;
      const agents = desk.state.peek().snapshot?.agents ?? [];
      const body = { text: text.trim(), files, quote, mentions: mode === "note" ? mentionsIn(text, agents) : [] };
      if (mode === "note") desk.send(conversation, "note", body, audience);
      else desk.send(conversation, "message", body);
      typing(false);
      setText("");
      setKept([]);
      pending.clear();
      keep({ text: "", files: [], quote: null });
    },
  };
}

/** Tell others that somebody is writing: seldom, and only those who will read it. */
function useTyping({ desk }: World, conversation: string, audience: Audience): (on: boolean) => void {
  const last = useRef({ on: false, at: 0, audience });
  const tell = (on: boolean) => {
    const now = performance.now();
    const told = last.current;
    if (on ? told.on && now - told.at < typingEvery : !told.on) return;
    // Who heard the beginning hears the end; the audience can change in between only after a pause.
    last.current = { on, at: now, audience: on ? audience : told.audience };
    desk.typing(conversation, last.current.audience, on);
  };
  useEffect(() => () => tell(false), []);
  return tell;
}
