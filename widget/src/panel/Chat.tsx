import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Item, Timeline } from "../core/state";
import { MessageList } from "../ui/MessageList";
import { useReader } from "../ui/reader";
import { Banner } from "./Banner";
import { hasBegun, isOwn } from "./choice";
import { useDeletion } from "./deletion";
import { Empty } from "./Empty";
import { Ending } from "./Ending";
import { factText } from "./facts";
import { Incidents } from "./Incidents";
import { messageActs } from "./messageActs";
import { Reference } from "./Reference";
import { SentAlong } from "./SentAlong";
import { Waiting } from "./Waiting";
import { Write } from "./Write";
import { useWorld } from "./world";
import { nothingSpecial, type Writing } from "./writing";

/** One conversation, from the first word to its rating. */
export function Chat({ conversation }: { conversation: string }): VNode {
  const world = useWorld();
  const [writing, setWriting] = useState<Writing>(nothingSpecial);
  const timeline = world.state.value?.timelines[conversation];
  const begun = hasBegun(timeline);
  useReading(conversation, begun);
  const incidents = world.state.value?.snapshot?.incidents ?? [];
  return (
    <>
      <Banner />
      <Incidents incidents={incidents} />
      {timeline?.agent ? null : <SentAlong context={timeline?.seq ? timeline.context : world.context.value} />}
      {begun && timeline ? <Line timeline={timeline} setWriting={setWriting} /> : <Empty conversation={conversation} />}
      <Write conversation={conversation} writing={writing} setWriting={setWriting} />
    </>
  );
}

/** Read a conversation while it is on the screen; a new one is read from its start on. */
function useReading(conversation: string, begun: boolean): void {
  const world = useWorld();
  const desk = world.desk.value;
  const known = begun || (world.state.value !== null && isOwn(world.state.value, conversation));
  useEffect(() => {
    if (!desk || !known) return;
    desk.open(conversation);
    return () => desk.close(conversation);
  }, [desk, conversation, known]);
}

interface LineProps {
  timeline: Timeline;
  setWriting(writing: Writing): void;
}

/** The timeline itself, with what waits below its last message. */
function Line({ timeline, setWriting }: LineProps): VNode | null {
  const world = useWorld();
  const reader = useReader();
  const deletion = useDeletion(timeline.conversation);
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
      fact={(item) => factText(item, words, reader)}
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

function After({ timeline }: { timeline: Timeline }): VNode | null {
  if (timeline.status === "resolved") return <Ending timeline={timeline} />;
  if (!timeline.agent) return <Waiting timeline={timeline} />;
  return null;
}
