import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { Speech } from "../../ui/icons";
import { Composer } from "../compose/Composer";
import { Keys } from "../parts/Keys";
import { CallBack } from "../phoning/CallBack";
import { useWorld } from "../world";
import { TalkHead } from "./TalkHead";
import { Timeline } from "./Timeline";

/** The middle column: the chosen conversation, or what to do while there is none. */
export function TalkPane(): VNode {
  const { desk, view, words, talk, calls } = useWorld();
  const chosen = view.value.chosen;
  const line = useComputed(() => (chosen ? (desk.state.value.timelines[chosen] ?? null) : null));
  const Call = calls.value?.Within;
  if (chosen === null) return <Nothing />;
  if (!talk.value) {
    return (
      <div class="nothing" role="status">
        <p>{words.loadingTalk}</p>
      </div>
    );
  }
  return (
    <>
      <TalkHead talk={talk.value} />
      {Call ? <Call key={`call:${chosen}`} conversation={chosen} /> : null}
      <CallBack key={`call-back:${chosen}`} talk={talk.value} />
      <Timeline key={chosen} conversation={chosen} line={line.value} />
      <Composer key={`composer:${chosen}`} talk={talk.value} />
    </>
  );
}

function Nothing(): VNode {
  const { words } = useWorld();
  return (
    <div class="nothing">
      <Speech size={32} />
      <p>{words.nothingChosen}</p>
      <small>{words.nothingChosenHint}</small>
      <span class="nothing-keys">
        <Keys keys="j" /> <Keys keys="k" /> <Keys keys="mod+k" /> <Keys keys="?" />
      </span>
    </div>
  );
}
