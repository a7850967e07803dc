import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Alert, Down } from "../../ui/icons";
import { choose, countOf, places, shownRows, step, teamsOf } from "../lists";
import { goesByDeadline } from "../model/rows";
import { useWorld, type World } from "../world";
import { Away } from "./Away";
import { Row } from "./Row";

/** The list that is shown: by deadline, live, and the chosen row never moves from under the person. */
export function ListPane(): VNode {
  const world = useWorld();
  const { desk, view, words } = world;
  const list = useComputed(() => view.value.list);
  const rows = useComputed(() => shownRows(desk.state.value, list.value));
  const held = useComputed(() => desk.state.value.lists[list.value] ?? null);
  const box = useRef<HTMLDivElement>(null);
  const chosen = view.value.chosen;
  useKeptInPlace(box, rows.value, chosen);
  usePlace(world, rows.value, chosen);
  useFocus(world, box);
  const first = rows.value.some((row) => row.conversation === chosen) ? chosen : rows.value[0]?.conversation;
  const me = desk.state.value.me?.id;
  const onChoose = (conversation: string) => choose(world, conversation);
  return (
    <section class="list" aria-label={words.conversations}>
      <ListHead />
      <Away />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows on its rows, which are the buttons */}
      <div class="list-box" ref={box} onKeyDown={(event) => moved(event, world)}>
        {rows.value.length > 0 ? (
          <ol class="rows-list">
            {rows.value.map((row) => (
              <Row
                key={row.conversation}
                row={row}
                chosen={row.conversation === chosen}
                reachable={row.conversation === first}
                mine={row.agent?.id === me}
                onChoose={onChoose}
              />
            ))}
          </ol>
        ) : (
          <Empty list={list.value} loading={held.value?.loading ?? true} />
        )}
        {held.value?.more ? (
          <p class="list-more">
            <Button onClick={() => desk.more(list.value)} disabled={held.value.loading}>
              {held.value.loading ? words.loading : words.more}
            </Button>
          </p>
        ) : null}
      </div>
    </section>
  );
}

function ListHead(): VNode {
  const { desk, view, words, dispatch } = useWorld();
  const state = desk.state.value;
  const { list, lists } = view.value;
  const place = places(words, teamsOf(state)).find((each) => each.list === list);
  const count = countOf(state, list);
  const blocked = state.counts.care_blocked ?? 0;
  return (
    <header class="list-head">
      <h2>
        <button
          type="button"
          class="list-switch"
          aria-expanded={lists}
          aria-label={`${place?.name ?? list}, ${words.showLists}`}
          onClick={() => dispatch({ kind: "lists", open: !lists })}
          onKeyDown={({ key }) => key === "Escape" && lists && dispatch({ kind: "lists", open: false })}
        >
          {place?.name ?? list}
          <Down size={16} />
        </button>
        <span class="list-name">{place?.name ?? list}</span>
      </h2>
      {count !== null ? <span class="list-count num">{count}</span> : null}
      {blocked > 0 && list !== "care_blocked" ? (
        <button type="button" class="tag blocked jump" onClick={() => dispatch({ kind: "list", list: "care_blocked" })}>
          <Alert size={14} />
          {words.blockedElsewhere(blocked)}
        </button>
      ) : null}
      <small class="list-order">{goesByDeadline(list) ? words.byDeadline : words.newestFirst}</small>
    </header>
  );
}

function Empty({ list, loading }: { list: string; loading: boolean }): VNode {
  const { words } = useWorld();
  if (loading) return <Waiting />;
  const texts: Record<string, [string, string]> = {
    waiting: [words.emptyWaiting, words.emptyWaitingHint],
    mine: [words.emptyMine, words.emptyMineHint],
    care_blocked: [words.emptyBlocked, words.emptyBlockedHint],
    mentioned: [words.emptyMentions, words.emptyMentionsHint],
  };
  const [title, hint] = texts[list] ?? [words.emptyList, words.emptyListHint];
  return (
    <div class="empty">
      <p>{title}</p>
      <small>{hint}</small>
    </div>
  );
}

/** Grey rows in the shape of what is coming, so nothing shifts when it comes. */
function Waiting(): VNode {
  const { words } = useWorld();
  return (
    <div class="ghosts" role="status">
      <span class="unseen">{words.loading}</span>
      {[1, 2, 3].map((each) => (
        <span key={each} class="ghost" />
      ))}
    </div>
  );
}

/** When the list moves, scroll with the chosen row, so that it stays where the eye left it. */
function useKeptInPlace(box: { current: HTMLDivElement | null }, rows: unknown, chosen: string | null) {
  const top = useRef<number | null>(null);
  const before = useRef(chosen);
  const find = () =>
    chosen ? box.current?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(chosen)}"]`) : null;
  useLayoutEffect(() => {
    const row = find();
    const element = box.current;
    if (row && element) {
      if (before.current !== chosen) row.scrollIntoView({ block: "nearest" });
      const place = () => row.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop;
      const now = place();
      const moved = before.current === chosen && top.current !== null ? now - top.current : 0;
      if (moved !== 0 && element.scrollTop > 0) element.scrollTop += moved;
      top.current = place();
    } else top.current = null;
    before.current = chosen;
  }, [rows, chosen]);
}

/** Remember where the chosen row stands, so that "next" still means something once it has left. */
function usePlace({ dispatch, view }: World, rows: ReturnType<typeof shownRows>, chosen: string | null) {
  useEffect(() => {
    const place = rows.findIndex((row) => row.conversation === chosen);
    const row = rows[place];
    if (row && (place !== view.peek().place || row !== view.peek().row)) dispatch({ kind: "place", place, row });
  }, [rows, chosen]);
}

/** Go to the list where that was asked for: to the chosen row, else the first. */
function useFocus({ view, dispatch }: World, box: { current: HTMLDivElement | null }) {
  const { focus } = view.value;
  useLayoutEffect(() => {
    if (focus.part !== "list") return;
    box.current?.querySelector<HTMLElement>(".row[tabindex='0']")?.focus();
    dispatch({ kind: "focus", part: "none" });
  }, [focus, dispatch, box]);
}

function moved(event: KeyboardEvent, world: World) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
  if (!by || !(event.target as Element).closest(".row")) return;
  event.preventDefault();
  step(world, by);
  const box = event.currentTarget as HTMLElement;
  requestAnimationFrame(() => box.querySelector<HTMLElement>(".row.on")?.focus());
}
