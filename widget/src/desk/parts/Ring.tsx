import type { VNode } from "preact";
import type { ConversationRow } from "../../core/frames";
import { due, ring, type Tone } from "../model/due";
import { countdown, moment, shortDate, span, spanInWords } from "../model/times";
import { useWorld } from "../world";

const radius = 9;
const around = 2 * Math.PI * radius;

/** A thin ring that fills towards the deadline. The text beside it says the same. */
export function Ring({ filled, size = 16 }: { filled: number; size?: number }): VNode {
  return (
    <svg class="ring" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle class="ring-track" cx="12" cy="12" r={radius} />
      <circle class="ring-fill" cx="12" cy="12" r={radius} stroke-dasharray={ring(filled, around)} />
    </svg>
  );
}

/** Overdue is red only where care is blocked: red everywhere would mean nothing anywhere. */
export const toneClass = (tone: Tone, urgency: ConversationRow["urgency"]) =>
  tone === "late" && urgency === "care_blocked" ? "late blocked" : tone;

/** How long a row has until its deadline, or what else its time says; it reads the shared clock, its row does not. */
export function DueMark({ row }: { row: ConversationRow }): VNode | null {
  const { words, reader, now } = useWorld();
  const at = now.value;
  if (row.status === "pending")
    return (
      <span class="due num">
        {row.until ? words.untilTime(moment(row.until, at, reader)) : words.statusPendingOpen}
      </span>
    );
  const mark = row.status === "resolved" ? null : due(row, at);
  if (!mark) return <time class="due num">{shortDate(row.changed_at, at, reader)}</time>;
  const left = countdown(Math.abs(mark.left), reader);
  const long = spanInWords(Math.abs(mark.left), reader);
  return (
    <span class={`due num ${toneClass(mark.tone, row.urgency)}`}>
      <Ring filled={mark.filled} />
      <span aria-hidden="true">{mark.tone === "late" ? words.over(left) : left}</span>
      <span class="unseen">{mark.tone === "late" ? words.overBy(long) : words.dueIn(long)}</span>
    </span>
  );
}

/** How long the contact has waited for an answer, in minutes. */
export function WaitMark({ row }: { row: ConversationRow }): VNode | null {
  const { words, reader, now } = useWorld();
  if (row.waiting_since === null || row.status === "resolved" || row.status === "pending") return null;
  const waited = now.value - row.waiting_since;
  return waited < 60_000 ? null : <span class="waits num">{words.waits(span(waited, reader))}</span>;
}
