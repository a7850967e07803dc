import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Item } from "../core/state";
import type { FileUrl } from "./Attachments";
import { Face } from "./Face";
import { lastOwn, layOut, type Row } from "./grouping";
import { ArrowDown } from "./icons";
import { type Act, Message } from "./Message";
import { useReader } from "./reader";
import { useFollowing, useSeen } from "./scrolling";
import { clockTime, dayName } from "./time";

export interface MessageListProps {
  items: Item[];
  mine(item: Item): boolean;
  fact(item: Item): string | null; // a fact in words; null: not shown to this reader
  acts(item: Item): Act[];
  fileUrl: FileUrl;
  retry(key: string): void;
  discard(key: string): void;
  now: number;
  typing?: string[]; // names of who is writing
  readAt?: number | null; // when the other side read, if known
  unread?: number; // what arrived below the fold
  undoing?: Record<string, () => void>; // key → take the deletion back
  looking?: boolean; // whether the person can see this at all
  onSeen?(seq: number): void;
  before?: ComponentChildren; // stands above the first message
  after?: ComponentChildren; // stands below the last
}

/** A conversation's timeline. It follows its end, never takes the focus, and says what has been seen. */
export function MessageList(props: MessageListProps): VNode {
  const { items, mine, looking = true, onSeen } = props;
  const reader = useReader();
  const rows = layOut(items, reader, mine, props.fact);
  const own = lastOwn(items, mine);
  const { box, atEnd, toEnd } = useFollowing(own);
  const last = items.reduce((most, item) => Math.max(most, item.seq ?? 0), 0);
  useSeen(box, looking, last, (seq) => onSeen?.(seq));
  const byKey = useRef(new Map<string, Item>());
  byKey.current = new Map(items.map((item) => [item.key, item]));
  return (
    <div class="timeline">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="timeline-box" ref={box} tabIndex={0} aria-label={reader.words.conversation} onKeyDown={rove}>
        <div class="timeline-inner">
          {props.before}
          <ol class="rows">
            {rows.map((row) => (
              <li key={row.key} class={row.kind}>
                {draw(row, props, own, byKey.current, reader)}
              </li>
            ))}
          </ol>
          {props.typing?.map((name) => (
            <Typing key={name} name={name} />
          ))}
          {props.after}
        </div>
      </section>
      {atEnd ? null : (
        <button type="button" class="to-end" onClick={toEnd}>
          <ArrowDown size={16} />
          {props.unread ? reader.words.newBelow(props.unread) : reader.words.toLatest}
        </button>
      )}
    </div>
  );
}

type Draw = (
  row: Row,
  props: MessageListProps,
  own: string | null,
  byKey: Map<string, Item>,
  reader: ReturnType<typeof useReader>,
) => VNode;

const draw: Draw = (row, props, own, byKey, reader) => {
  if (row.kind === "day") return <span class="fact-text">{dayName(row.at, props.now, reader)}</span>;
  if (row.kind === "fact")
    return (
      <span class="fact-text num">
        {row.text}
        <span data-seq={row.item.seq ?? 0} />
      </span>
    );
  const first = row.items[0] as Item;
  return (
    <div class={`group-inner${row.mine ? " mine" : ""}`}>
      <GroupHead item={first} mine={row.mine} />
      {row.items.map((item) => (
        <div key={item.key} class="group-item">
          <Message
            item={item}
            mine={row.mine}
            quoted={byKey.get(String(item.facts.quote)) ?? null}
            showDelivery={item.key === own}
            readAt={props.readAt ?? null}
            fileUrl={props.fileUrl}
            acts={props.acts}
            retry={props.retry}
            discard={props.discard}
            undo={props.undoing?.[item.key] ?? null}
          />
          {item.seq === null ? null : <span data-seq={item.seq} />}
        </div>
      ))}
    </div>
  );
};

function GroupHead({ item, mine }: { item: Item; mine: boolean }): VNode {
  const reader = useReader();
  const time = <time class="num">{clockTime(item.at, reader)}</time>;
  if (mine)
    return (
      <p class="unseen">
        {reader.words.you}, {time}
      </p>
    );
  return (
    <p class="by">
      <Face name={item.author.name} />
      <b>{item.author.name}</b>
      {time}
    </p>
  );
}

function Typing({ name }: { name: string }): VNode {
  const { words } = useReader();
  return (
    <p class="typing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="unseen">{words.isTyping(name)}</span>
    </p>
  );
}

/** Up and down go from message to message; so the list is one stop for the Tab key in practice, and arrows do the rest. */
function rove(event: KeyboardEvent): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const box = event.currentTarget as HTMLElement;
  const stops = [...box.querySelectorAll<HTMLElement>("[data-more]")];
  const here = stops.indexOf(document.activeElement as HTMLElement);
  if (here < 0) return;
  const next = stops[here + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
