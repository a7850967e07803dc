import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Timeline } from "../core/state";
import { Button } from "../ui/Button";
import { Again, Done } from "../ui/icons";
import { lazily } from "../ui/lazily";
import { mayAskRating } from "./choice";
import { sayRefused } from "./refused";
import { useWorld } from "./world";

const Rating = lazily(() => import("./Rating").then((module) => module.Rating));

/** Conversations whose question was put aside here: it is asked once. */
const putAside = new Set<string>();

/** The end: is it solved, and how was it; reopening is one click. */
export function Ending({ timeline }: { timeline: Timeline }): VNode {
  const world = useWorld();
  const words = world.words.value;
  const [asking, setAsking] = useState(!putAside.has(timeline.conversation));
  const state = world.state.value;
  const ask = asking && state !== null && mayAskRating(state, timeline, world.now.peek());
  const box = useRef<HTMLDivElement>(null);
  const aside = () => {
    putAside.add(timeline.conversation);
    setAsking(false);
    box.current?.focus(); // the button that was pressed goes away, and the focus must not be lost with it
  };
  const reopen = async () => {
    const answer = await world.desk.peek()?.act("reopen", timeline.conversation);
    if (answer && !answer.ok) sayRefused(world, answer.code);
  };
  return (
    <div class="ending" ref={box} tabIndex={-1}>
      {ask ? <Rating conversation={timeline.conversation} onAside={aside} /> : null}
      {timeline.rating ? (
        <p class="thanks">
          <Done size={18} /> {words.thanks}
        </p>
      ) : null}
      <div class="choices">
        <Button onClick={() => void reopen()}>
          <Again size={18} /> {words.notSolved}
        </Button>
        <Button onClick={world.startNew}>{words.startNew}</Button>
      </div>
    </div>
  );
}
