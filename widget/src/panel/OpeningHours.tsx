import type { VNode } from "preact";
import { useReader } from "../ui/reader";
import { type Line, linesOf } from "./hours";
import { moment } from "./moments";
import { useWorld } from "./world";

/** When somebody answers, day by day, with equal days drawn together. */
export function OpeningHours(): VNode | null {
  const world = useWorld();
  const reader = useReader();
  const words = world.words.value;
  const { hours, open, opens_at } = world.config;
  if (!hours) return null;
  const lines = linesOf(hours);
  return (
    <section class="card">
      <h2>{words.hours}</h2>
      <p class="soft">
        {open
          ? words.openNow
          : opens_at
            ? words.closedUntil(moment(opens_at, world.now.value, words, reader))
            : words.closedNow}
      </p>
      {lines.length ? (
        <dl class="hours num">
          {lines.map((line) => (
            <div key={line.from}>
              <dt>{dayNames(line, words.days)}</dt>
              <dd>{line.spans.length ? line.spans.map((span) => span.join("–")).join(", ") : words.closedOnDay}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>{words.alwaysOpen}</p>
      )}
    </section>
  );
}

const dayNames = (line: Line, days: string[]): string =>
  line.from === line.to ? (days[line.from] ?? "") : `${days[line.from]} – ${days[line.to]}`;
