import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lazily } from "../ui/lazily";
import { hasBegun, isOwn } from "./choice";
import { Empty } from "./Empty";
import { Write } from "./Write";
import { useWorld } from "./world";
import { nothingSpecial, type Writing } from "./writing";

// Nothing of a timeline is needed to type the first message.
const Banner = lazily(() => import("./Banner").then((module) => module.Banner));
const Incidents = lazily(() => import("./Incidents").then((module) => module.Incidents));
const SentAlong = lazily(() => import("./SentAlong").then((module) => module.SentAlong));
const Line = lazily(() => import("./Line").then((module) => module.Line));

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
      {incidents.length ? <Incidents incidents={incidents} /> : null}
      {timeline?.agent ? null : <SentAlong context={timeline?.seq ? timeline.context : world.context.value} />}
      {begun && timeline ? (
        <div class="line">
          <Line timeline={timeline} writing={writing} setWriting={setWriting} />
        </div>
      ) : (
        <Empty conversation={conversation} />
      )}
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
