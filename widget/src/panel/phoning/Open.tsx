// A call back that is open: on which number, what came of it so far, and how to change or withdraw it.
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { phoningOf } from "../../core/phoning";
import type { Item, Timeline } from "../../core/state";
import { Button } from "../../ui/Button";
import { Phone } from "../../ui/icons";
import { phoningFact } from "../../ui/phoning/facts";
import { clockTime } from "../../ui/time";
import { sayRefused } from "../refused";
import { useWorld } from "../world";
import { openForm } from "./Form";
import { usePhoningStyle } from "./wear";
import { phoningWords } from "./words";

/** What we promised: shown below the last message for as long as it holds. */
export function Open({ timeline }: { timeline: Timeline }): VNode | null {
  const world = useWorld();
  const reader = world.reader.value;
  const words = phoningWords(reader.locale);
  const [busy, setBusy] = useState(false);
  usePhoningStyle();
  const open = phoningOf(timeline.items);
  if (!open) return null;
  const [before, after] = (open.wrong ? words.wrong : words.open)("\n").split("\n");
  const last = open.tries.at(-1);
  const withdraw = async () => {
    if (busy) return;
    setBusy(true);
    const answer = await world.desk.peek()?.act("phone_me.withdraw", timeline.conversation, {});
    setBusy(false);
    if (answer && !answer.ok && answer.code !== "not_phoning") sayRefused(world, answer.code);
  };
  const tried = (item: Item) => {
    const told = phoningFact(item, { locale: reader.locale, toContact: true, mine: () => false, card: () => "" });
    return words.next(`${told} (${clockTime(item.at, reader)})`);
  };
  return (
    <section
      class={`card phoning${open.wrong ? " soon" : ""}`}
      aria-label={(open.wrong ? words.wrong : words.open)("")}
    >
      <h2>
        <Phone />
        <span>
          {before}
          <bdi class="num" dir="ltr">
            {open.number}
          </bdi>
          {after}
        </span>
      </h2>
      <p>{open.wrong ? words.wrongHint : last ? tried(last) : words.soon}</p>
      <div class="choices">
        <Button look={open.wrong ? "primary" : "quiet"} onClick={() => openForm(world)}>
          {words.another}
        </Button>
        <Button aria-disabled={busy} onClick={() => void withdraw()}>
          {words.withdraw}
        </Button>
      </div>
    </section>
  );
}
