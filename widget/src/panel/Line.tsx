import { signal } from "@preact/signals";
import type { FunctionComponent, VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { AgentCard } from "../core/frames";
import type { Item, Timeline } from "../core/state";
import type { PanelWords } from "../core/words/panel.en";
import { equipmentFact } from "../ui/call/equipment";
import { callFact, callFactWords } from "../ui/call/facts";
import { MessageList } from "../ui/MessageList";
import { phoningFact } from "../ui/phoning/facts";
import { type Reader, useReader } from "../ui/reader";
import { clockTime } from "../ui/time";
import { useFoundCorrection } from "./correction";
import { useDeletion } from "./deletion";
import { Ending } from "./Ending";
import { factText } from "./facts";
import { messageActs } from "./messageActs";
import { cardOf } from "./moments";
import { Reference } from "./Reference";
import { Waiting } from "./Waiting";
import { useWorld } from "./world";
import type { Writing } from "./writing";

interface LineProps {
  timeline: Timeline;
  writing: Writing;
  setWriting(writing: Writing): void;
}

/** The timeline itself, with what waits below its last message. */
export function Line({ timeline, writing, setWriting }: LineProps): VNode | null {
  const world = useWorld();
  const reader = useReader();
  const deletion = useDeletion(timeline.conversation);
  useFoundCorrection(timeline, writing, setWriting);
  const desk = world.desk.value;
  const state = world.state.value;
  if (!desk || !state) return null;
  const { conversation } = timeline;
  const words = world.words.value;
  const typing = (state.typing[conversation] ?? []).filter((person) => person.kind === "agent");
  return (
    <MessageList
      items={timeline.items}
      mine={isMine}
      fact={(item) => factText(item, words, reader) ?? callText(item, words, reader)}
      acts={(item) => messageActs(item, world, reader.words, { setWriting, remove: deletion.begin })}
      fileUrl={desk.fileUrl}
      retry={desk.retry}
      discard={desk.discard}
      now={world.now.value}
      typing={typing.map((person) => person.name)}
      unread={state.unread[conversation] ?? 0}
      undoing={deletion.undoing}
      looking={world.opened.value && !world.folded.value && world.phase.value === "known"}
      onSeen={(seq) => desk.read(conversation, seq)}
      before={timeline.reference ? <Reference reference={timeline.reference} /> : null}
      after={<After timeline={timeline} />}
    />
  );
}

const isMine = (item: Item): boolean => item.author.kind === "contact";

function callText(item: Item, words: PanelWords, reader: Reader): string | null {
  const card = (agent: unknown) => (agent ? cardOf(agent as AgentCard, words, reader.locale) : "");
  const told = callFact(item, { words: callFactWords(reader.locale), mine: isMine, card });
  const { locale } = reader;
  const text =
    told ??
    equipmentFact(item, isMine(item), locale) ??
    phoningFact(item, { locale, toContact: true, mine: isMine, card });
  return text === null ? null : `${text}\u00a0· ${clockTime(item.at, reader)}`;
}

const AGAIN = 2_000;
const OpenCallBack = signal<FunctionComponent<{ timeline: Timeline }> | null>(null);

/** A call back is seldom asked for: what shows one comes with the first, and stays. */
function CallBack({ timeline }: { timeline: Timeline }): VNode | null {
  useEffect(() => void fetchCallBack(), []);
  const Open = OpenCallBack.value;
  return Open ? <Open timeline={timeline} /> : null;
}

async function fetchCallBack(): Promise<void> {
  try {
    OpenCallBack.value ??= (await import("./phoning/Open")).Open;
  } catch {
    setTimeout(() => void fetchCallBack(), AGAIN);
  }
}

function After({ timeline }: { timeline: Timeline }): VNode | null {
  if (timeline.status === "resolved") return <Ending timeline={timeline} />;
  return (
    <>
      {timeline.items.some(({ kind }) => kind === "phone_asked") ? <CallBack timeline={timeline} /> : null}
      {timeline.agent ? null : <Waiting timeline={timeline} />}
    </>
  );
}
