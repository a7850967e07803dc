import type { VNode } from "preact";
import type { Item } from "../../core/state";
import { Face } from "../../ui/Face";
import { Lock } from "../../ui/icons";
import { clockTime } from "../../ui/time";
import type { Run } from "../model/lines";
import { memo } from "../parts/memo";
import { useWorld } from "../world";
import { Message, type Reached } from "./Message";

interface Props {
  run: Run;
  mine: boolean;
  answer: string | null;
  reached: Reached;
  unread: string | null;
  quoted: (Item | null)[];
}

/** A run of messages by one author, under their face, name and time. A note says that it is one. */
function DrawRun({ run, mine, answer, reached, unread, quoted }: Props): VNode {
  const { words, reader } = useWorld();
  const house = run.items.some((item) => item.audience === "house");
  return (
    <div class={`run ${run.author.kind}${run.note ? " noted" : ""}`}>
      {unread === run.key ? <NewHere /> : null}
      <p class="by">
        <Face name={run.author.name} />
        <b>
          <bdi>{mine ? words.you : run.author.name}</bdi>
        </b>
        {run.note ? (
          <span class="note-tag">
            <Lock size={12} />
            {house ? words.notedHouse : words.noted}
          </span>
        ) : null}
        <time class="num" dateTime={new Date(run.at).toISOString()}>
          {clockTime(run.at, reader)}
        </time>
      </p>
      {run.items.map((item, index) => (
        <div key={item.key} class="run-item">
          {unread === item.key && index > 0 ? <NewHere /> : null}
          <Message
            item={item}
            mine={mine}
            quoted={quoted[index] ?? null}
            reached={item.key === answer ? reached : null}
          />
          {item.seq === null ? null : <span data-seq={item.seq} />}
        </div>
      ))}
    </div>
  );
}

/** Above whoever says the first new thing, so that a name and its words stay together. */
function NewHere(): VNode {
  const { words } = useWorld();
  return <p class="new-here">{words.newHere}</p>;
}

const sameList = <T,>(a: readonly T[], b: readonly T[]) =>
  a.length === b.length && a.every((each, index) => each === b[index]);

export const RunOf = memo(
  DrawRun,
  (a, b) =>
    a.mine === b.mine &&
    a.answer === b.answer &&
    a.reached === b.reached &&
    a.unread === b.unread &&
    sameList(a.run.items, b.run.items) &&
    sameList(a.quoted, b.quoted),
);
