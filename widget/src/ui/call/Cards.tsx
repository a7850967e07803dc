import type { ComponentChildren, VNode } from "preact";
import type { Ending, Phone } from "../../browser/phone";
import type { Item } from "../../core/state";
import type { CallWords } from "../../core/words/call.en";
import { Button } from "../Button";
import { time } from "./time";

/** A quiet card with what can be done about it. */
export function Card({
  title,
  lines,
  past = false,
  children,
}: {
  title: string;
  lines: string[];
  past?: boolean;
  children?: ComponentChildren;
}): VNode {
  return (
    <section class={`call-card${past ? " past" : ""}`} aria-label={title}>
      <div>
        <h2>{title}</h2>
        {lines.filter(Boolean).map((line) => (
          <p key={line} class="num">
            {line}
          </p>
        ))}
      </div>
      <div class="call-choices">{children}</div>
    </section>
  );
}

interface EndProps {
  ending: Ending;
  phone: Phone;
  items: readonly Item[];
  words: CallWords;
  again: (() => void) | null;
  close?: () => void; // there is nothing to go on with here
}

/** How the last call ended, until it is read. */
export function EndCard({ ending, phone, items, words, again, close }: EndProps): VNode | null {
  const why = whyOver(ending, items);
  const seconds = factOf(ending, items)?.facts.seconds;
  const title = (Object.hasOwn(words.ends, why) && words.ends[why as keyof CallWords["ends"]]) || words.ends.hung_up;
  return (
    <Card title={title} past lines={[typeof seconds === "number" ? time(seconds * 1000) : ""]}>
      {again && (why === "missed" || why === "lost") ? <Button onClick={again}>{words.tryAgain}</Button> : null}
      <Button onClick={close ?? (() => phone.read())}>{words.ok}</Button>
    </Card>
  );
}

const factOf = (ending: Ending, items: readonly Item[]): Item | undefined =>
  items.find((item) => item.kind === "call_ended" && item.facts.call === ending.call);

/** Why a call is over, as its timeline has it. */
export function whyOver(ending: Ending, items: readonly Item[]): string {
  const left = ending.over === "elsewhere" ? "elsewhere" : "hung_up"; // until the timeline says how it ended
  return ending.over === "lost" ? "lost" : String(factOf(ending, items)?.facts.why ?? left);
}

/** When a call was answered, by its timeline; null while it rings. */
export function answeredAt(items: readonly Item[], call: string): number | null {
  return items.find((item) => item.kind === "call_accepted" && item.facts.call === call)?.at ?? null;
}
