// What the desk does by itself as its state changes: follow lists, open the chosen conversation, count, ring.
import { computed, effect } from "@preact/signals";
import { followCalls } from "./call/follow";
import { arrivals, look, type SeenRows, title } from "./model/arrivals";
import { unseen } from "./model/rows";
import { tell } from "./telling";
import type { World } from "./world";

const alwaysFollowed = ["waiting", "mine", "mentioned"];

/** Begin to follow; returns how to stop. */
export function follow(world: World): () => void {
  const stops = [
    followLists(world),
    followChosen(world),
    followLost(world),
    followTitle(world),
    followArrivals(world),
    followCalls(world),
    settleOnLeave(world),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function followLists({ desk, view }: World): () => void {
  for (const list of alwaysFollowed) desk.list(list);
  const shown = computed(() => view.value.list);
  return effect(() => {
    const list = shown.value;
    if (alwaysFollowed.includes(list)) return;
    desk.list(list);
    return () => desk.unlist(list);
  });
}

function followChosen({ desk, view }: World): () => void {
  const chosen = computed(() => view.value.chosen);
  return effect(() => {
    const conversation = chosen.value;
    if (conversation === null) return;
    desk.open(conversation);
    return () => desk.close(conversation);
  });
}

/** A conversation that one may not see any more leaves the screen, with a word about it. */
function followLost({ desk, view, acts, words, dispatch }: World): () => void {
  const seen = computed(() => {
    const { timelines, link } = desk.state.value;
    const { chosen } = view.value;
    return { chosen, there: chosen !== null && chosen in timelines, live: link === "live" };
  });
  let before: string | null = null;
  return effect(() => {
    const { chosen, there, live } = seen.value;
    if (there) before = chosen;
    if (there || !live || chosen === null || chosen !== before) return;
    before = null;
    dispatch({ kind: "back" });
    if (!acts.gave(chosen)) acts.say(words.gone);
  });
}

function followTitle({ desk, words }: World): () => void {
  return effect(() => {
    const { lists, counts, rings } = desk.state.value;
    const answers = lists.mine?.rows.filter(unseen).length ?? 0;
    const blocked = counts.care_blocked ?? 0;
    document.title = title(answers + blocked + Object.keys(rings).length, words.desk);
  });
}

function followArrivals(world: World): () => void {
  const { desk } = world;
  let seen: SeenRows | null = null;
  const rows = computed(() => {
    const { waiting, mine } = desk.state.value.lists;
    return waiting && mine && !waiting.loading && !mine.loading ? { waiting: waiting.rows, mine: mine.rows } : null;
  });
  const stopRows = effect(() => {
    const now = rows.value;
    if (!now) return;
    for (const arrival of arrivals(seen, now.waiting, now.mine)) tell(world, arrival);
    seen = look(now.waiting, now.mine);
  });
  const stopNotes = desk.onMentioned((conversation, reference) => {
    tell(world, { conversation, reference, why: "mention" });
  });
  return () => {
    stopRows();
    stopNotes();
  };
}

function settleOnLeave({ acts }: World): () => void {
  const settle = () => acts.settle();
  addEventListener("pagehide", settle);
  return () => removeEventListener("pagehide", settle);
}
