import type { VNode } from "preact";
import { useReader } from "../ui/reader";
import { Blocked } from "./Blocked";
import { moment } from "./moments";
import { useWorld } from "./world";

/** Before the first word: one sentence, and the composer below it. */
export function Empty({ conversation }: { conversation: string }): VNode {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  const state = world.state.value;
  const open = state?.snapshot?.open ?? world.config.open;
  const opensAt = state?.snapshot?.opens_at ?? world.config.opens_at;
  // Not by a title: 'Dr.', 'Prof.'.
  const first = state?.me?.name.split(/\s+/u).find((part) => !part.endsWith(".")) ?? "";
  const closed = opensAt ? words.outOfHours(moment(opensAt, world.now.value, words, reader)) : words.outOfHoursUnknown;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="empty" tabIndex={0} aria-label={reader.words.conversation}>
      <div class="empty-inner">
        <h2>{words.greeting(first)}</h2>
        <p class="soft">{open ? words.emptyLine : closed}</p>
      </div>
      {state?.me ? <Blocked conversation={conversation} /> : null}
    </section>
  );
}
