import type { VNode } from "preact";
import type { Timeline } from "../core/state";
import { Clock } from "../ui/icons";
import { useReader } from "../ui/reader";
import { Blocked, Paging } from "./Blocked";
import { moment } from "./moments";
import { waitFor } from "./wait";
import { useWorld } from "./world";

/** While nobody has claimed the conversation: the place in line, an honest wait, and the way past the line. */
export function Waiting({ timeline }: { timeline: Timeline }): VNode | null {
  const world = useWorld();
  const state = world.state.value;
  // What the settings say is told to everybody within seconds; the word of one's place is as old as the queue is still.
  const open = state?.snapshot?.open ?? state?.queue[timeline.conversation]?.open ?? true;
  if (timeline.urgency === "care_blocked") return <Paging />;
  return (
    <div class="wait">
      {open ? <InLine timeline={timeline} /> : <OutOfHours />}
      {timeline.seq ? <Blocked conversation={timeline.conversation} /> : null}
    </div>
  );
}

function InLine({ timeline }: { timeline: Timeline }): VNode | null {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  const place = world.state.value?.queue[timeline.conversation];
  if (!place) return null;
  // `at` is when this device heard it, so the device's own clock counts down.
  const wait = waitFor(place, world.now.value - (world.state.value?.clockSkew ?? 0), words, reader.words);
  const name = words.place(place.position);
  return (
    <div class="in-line">
      <span class="ring" aria-hidden="true" style={{ "--part": String(wait.part) }}>
        <span class="num">{name}</span>
      </span>
      <div>
        <h2>{place.position <= 1 ? words.firstInLine : words.inLine(name)}</h2>
        <p class="soft num">{wait.text}</p>
        <p class="soft">{words.keepWorking}</p>
      </div>
    </div>
  );
}

function OutOfHours(): VNode {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  const state = world.state.value;
  const opensAt = state?.snapshot?.opens_at ?? null;
  const mailed = state?.me?.kind === "contact" && state.me.mailed;
  return (
    <div class="in-line">
      <span class="round" aria-hidden="true">
        <Clock />
      </span>
      <div>
        <h2>{words.messageSaved}</h2>
        <p class="soft">
          {opensAt ? words.nobodyUntil(moment(opensAt, world.now.value, words, reader)) : words.nobodyNow}{" "}
          {mailed ? words.answerHereAndMail : words.answerHere}
        </p>
      </div>
    </div>
  );
}
