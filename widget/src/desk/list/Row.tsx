import type { VNode } from "preact";
import type { ConversationRow } from "../../core/frames";
import type { DeskWords } from "../../core/words/desk.en";
import { Face } from "../../ui/Face";
import { unseen } from "../model/rows";
import { memo } from "../parts/memo";
import { DueMark, WaitMark } from "../parts/Ring";
import { phoningDeskWords } from "../phoning/words";
import { useWorld } from "../world";

interface Props {
  row: ConversationRow;
  chosen: boolean;
  reachable: boolean;
  mine: boolean;
  onChoose(conversation: string): void;
}

interface Tag {
  text: string;
  look: string;
  title?: string;
}

/** The few tags a row can carry: what changes how it must be treated. */
function tags(row: ConversationRow, words: DeskWords, locale: string): Tag[] {
  const found: Tag[] = [];
  if (row.urgency === "care_blocked") found.push({ text: words.careBlocked, look: "blocked" });
  if (row.urgency === "high") found.push({ text: words.urgencyHigh, look: "high" });
  if (row.phoning) found.push({ text: phoningDeskWords(locale).tag, look: "phone" });
  if (row.team) found.push({ text: words.level(row.team.level), look: "", title: row.team.name });
  if (row.test) found.push({ text: words.test, look: "" });
  return found;
}

function DrawRow({ row, chosen, reachable, mine, onChoose }: Props): VNode {
  const { words, reader } = useWorld();
  const fresh = unseen(row);
  const place = [row.contact.organization.name, row.context.module ?? row.topic].filter(Boolean).join(" · ");
  return (
    <li class="row-place">
      <button
        type="button"
        class={`row${chosen ? " on" : ""}${fresh ? " fresh" : ""}`}
        aria-current={chosen ? "true" : undefined}
        tabIndex={reachable ? 0 : -1}
        data-conversation={row.conversation}
        onClick={() => onChoose(row.conversation)}
      >
        <Face name={row.contact.name} />
        <span class="row-name">
          {fresh ? <span class="dot" /> : null}
          <b class="row-who">
            <bdi>{row.contact.name}</bdi>
            {row.contact.role ? <span class="row-role">, {row.contact.role}</span> : null}
          </b>
        </span>
        <DueMark row={row} />
        <span class="row-words" dir="auto">
          {row.preview ?? words.noWords}
          {fresh ? <span class="unseen"> ({words.unseen})</span> : null}
        </span>
        <span class="row-foot">
          <span class="row-where">
            <bdi>{place}</bdi>
          </span>
          {tags(row, words, reader.locale).map((tag) => (
            <span key={tag.text} class={`tag ${tag.look}`} title={tag.title}>
              {tag.text}
            </span>
          ))}
          {row.agent ? <span class="row-agent">{mine ? words.you : row.agent.name}</span> : null}
          <WaitMark row={row} />
        </span>
      </button>
    </li>
  );
}

export const Row = memo(
  DrawRow,
  (a, b) => a.row === b.row && a.chosen === b.chosen && a.reachable === b.reachable && a.mine === b.mine,
);
