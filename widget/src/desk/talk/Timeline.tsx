import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Item, Timeline as Line } from "../../core/state";
import { ArrowDown } from "../../ui/icons";
import { announce, unsay } from "../../ui/LiveRegion";
import { useFollowing, useSeen } from "../../ui/scrolling";
import { dayKey, dayName } from "../../ui/time";
import { factText } from "../model/facts";
import { type Line as Drawn, firstUnread, lastAnswer, lastOf, lines, packetRead } from "../model/lines";
import { useWorld } from "../world";
import { MoreMenu } from "./MoreMenu";
import { PacketCard } from "./Packet";
import { RunOf } from "./Run";
import { Writing } from "./Writing";

interface Props {
  conversation: string;
  line: Line | null;
}

/** The conversation so far. It follows its end, never takes the focus, and tells what has been seen. */
export function Timeline({ conversation, line }: Props): VNode {
  const { desk, words, reader } = useWorld();
  const items = line?.items ?? none;
  const me = useComputed(() => desk.state.value.me?.id ?? "");
  const drawn = useMemo(() => lines(items, (at) => dayKey(at, reader)), [items, reader]);
  const byKey = useMemo(() => new Map(items.map((item) => [item.key, item])), [items]);
  const answer = lastAnswer(items);
  const own = lastOf(items, (item) => item.author.id === me.value && item.delivery !== null)?.key ?? null;
  const { box, atEnd, toEnd } = useFollowing(own);
  useSeen(box, true, line?.seq ?? 0, (seq) => desk.read(conversation, seq));
  const unread = useFirstUnread(items, line, me.value);
  useSpoken(items, me.value);
  return (
    <div class="timeline talk-line">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="timeline-box" ref={box} tabIndex={0} aria-label={words.timeline} onKeyDown={rove}>
        <div class="talk-inner">
          {line?.live || items.length > 0 ? null : <p class="fact-line">{words.loadingTalk}</p>}
          <ol class="talk-rows">
            {drawn.map((each) => (
              <li key={each.key} class={`at-${each.kind}`}>
                <DrawLine line={each} me={me.value} answer={answer} byKey={byKey} unread={unread} timeline={line} />
              </li>
            ))}
          </ol>
          <Writing conversation={conversation} />
        </div>
      </section>
      {atEnd ? null : (
        <button type="button" class="to-end" onClick={toEnd}>
          <ArrowDown size={16} />
          {reader.words.toLatest}
        </button>
      )}
    </div>
  );
}

const none: Item[] = [];

interface DrawProps {
  line: Drawn;
  me: string;
  answer: Item | null;
  byKey: Map<string, Item>;
  unread: string | null;
  timeline: Line | null;
}

function DrawLine({ line, me, answer, byKey, unread, timeline }: DrawProps): VNode {
  const { words, reader, now } = useWorld();
  if (line.kind === "day") return <h3 class="day-name">{dayName(line.at, now.peek(), reader)}</h3>;
  if (line.kind === "packet")
    return (
      <PacketCard
        item={line.item}
        read={packetRead(timeline?.items ?? none, line.item, me, timeline?.cursors.agent.read ?? 0)}
      />
    );
  if (line.kind === "fact") {
    const text = factText(line.item, { words, reader, now: now.peek(), me });
    return (
      <div class="fact-line num">
        {text}
        <MoreMenu item={line.item} />
        {line.item.seq === null ? null : <span data-seq={line.item.seq} />}
      </div>
    );
  }
  const shown = answer && line.items.some((item) => item.key === answer.key) ? answer : null;
  return (
    <RunOf
      run={line}
      mine={line.author.id === me}
      answer={shown?.key ?? null}
      reached={shown ? reachedBy(shown, timeline) : null}
      unread={unread}
      quoted={line.items.map((item) => byKey.get(String(item.facts.quote)) ?? null)}
    />
  );
}

/** How far an answer got, from the contact's own cursors. */
function reachedBy(item: Item, timeline: Line | null): "sent" | "delivered" | "read" | null {
  if (item.seq === null || !timeline) return null;
  if (item.delivery === "read" || timeline.cursors.contact.read >= item.seq) return "read";
  return item.delivery === "delivered" || timeline.cursors.contact.delivered >= item.seq ? "delivered" : "sent";
}

/** Where the unread part began when the conversation was opened; it stays there while it is open. */
function useFirstUnread(items: Item[], line: Line | null, me: string): string | null {
  const [found, setFound] = useState<string | null>(null);
  const done = useRef(false);
  useEffect(() => {
    if (done.current || !line?.live) return;
    done.current = true;
    setFound(firstUnread(items, line.ownRead, me));
  }, [items, line, me]);
  return found;
}

/** Say what arrives once to screen readers; not what was there when the conversation was opened. */
function useSpoken(items: Item[], me: string) {
  const { reader } = useWorld();
  const last = useRef<number | null>(null);
  useEffect(() => {
    const head = items.reduce((most, item) => Math.max(most, item.seq ?? 0), 0);
    if (last.current !== null && document.visibilityState === "visible") {
      for (const item of items) {
        const said = item.body?.text;
        if ((item.seq ?? 0) > last.current && item.author.id !== me && said)
          announce(reader.words.said(item.author.name, said), item.key);
      }
    }
    if (head > 0 || last.current !== null) last.current = head;
    unsay(items);
  }, [items, me, reader]);
}

/** Up and down go from message to message, so that the tab key need not. */
function rove(event: KeyboardEvent): void {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  const box = event.currentTarget as HTMLElement;
  const stops = [...box.querySelectorAll<HTMLElement>(".message-more")];
  const here = stops.indexOf(document.activeElement as HTMLElement);
  const next =
    here < 0 ? (event.key === "ArrowUp" ? stops.at(-1) : undefined) : stops[here + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next || (event.target as Element).closest("[role=menu], textarea")) return;
  event.preventDefault();
  next.focus();
}
