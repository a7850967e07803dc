// What happens when somebody writes: it is said once to screen readers, counted on the button, and heard if wanted.
import { effect } from "@preact/signals";
import type { Item, Timeline } from "../core/state";
import { announce, unsay } from "../ui/LiveRegion";
import { phoningFact } from "../ui/phoning/facts";
import { asked } from "./call/asked";
import { preference } from "./preferences";
import type { World } from "./world";

/** Watch for messages by others; returns how to stop. */
export function watchArrivals(world: World): () => void {
  const stops = [
    effect(() => {
      const unread = Object.values(world.state.value?.unread ?? {}).reduce((sum, count) => sum + count, 0);
      const rings = Object.keys(world.state.value?.rings ?? {}).length;
      world.tell({ type: "unread", count: unread + rings });
    }),
    effect(() => {
      const desk = world.desk.value;
      return desk?.onArrived((_conversation, item) => ring(world, item));
    }),
    watchWords(world),
    effect(() => {
      const { rings = {}, calls = {} } = world.state.value ?? {};
      const first = asked.value || Object.keys(rings).length > 0 || Object.keys(calls).length > 0;
      if (first && !world.calls.peek()) void showCalls(world);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Say what others write, once, to screen readers; tell the page around that it came. */
export function watchWords(world: World): () => void {
  return effect(() => {
    world.desk.value; // another person: nothing has been heard yet
    const heard = new Map<string, number>();
    return effect(() => {
      for (const timeline of Object.values(world.state.value?.timelines ?? {})) hear(world, timeline, heard);
    });
  });
}

const AGAIN = 2_000;

/** What shows calls comes with the first of them, and stays. */
async function showCalls(world: World): Promise<void> {
  try {
    const { calls } = await import("./call/Calls");
    world.calls.value = calls;
  } catch {
    setTimeout(() => void showCalls(world), AGAIN);
  }
}

/** What the host page is told of a conversation's course. */
const turns: Record<string, string> = {
  claimed: "conversation:claimed",
  resolved: "conversation:resolved",
  reopened: "conversation:reopened",
};

function tellTurns(world: World, { reference }: Timeline, news: Item[]): void {
  for (const { kind } of news) {
    const name = Object.hasOwn(turns, kind) && turns[kind];
    if (name) world.tell({ type: "event", name, detail: reference ? { reference } : {} });
  }
}

/** Say what is new in a conversation, once; what was there when it was opened is not new. */
function hear(world: World, timeline: Timeline, heard: Map<string, number>): void {
  if (!timeline.live) return;
  unsay(timeline.items);
  const last = heard.get(timeline.conversation) ?? timeline.seq;
  heard.set(timeline.conversation, timeline.seq);
  const news = timeline.items.filter((item) => (item.seq ?? 0) > last);
  tellTurns(world, timeline, news);
  sayTries(world, news);
  const fresh = news.filter((item) => item.kind === "message" && item.author.kind === "agent" && !item.gone);
  if (!fresh.length) return;
  world.tell({ type: "event", name: "message:received", detail: {} });
  if (document.visibilityState !== "visible") return;
  if (!world.opened.peek() || world.folded.peek()) world.tell({ type: "announce", count: fresh.length });
  else for (const item of fresh) announce(spoken(world, item), item.key);
}

/** Whoever cannot see the line under the talk is told by voice that they were phoned, and what came of it. */
function sayTries(world: World, news: Item[]): void {
  if (document.visibilityState !== "visible" || !world.opened.peek() || world.folded.peek()) return;
  const { locale } = world.reader.peek();
  const reading = { locale, toContact: true, mine: () => false, card: () => "" };
  for (const item of news) if (item.kind === "phone_tried") announce(phoningFact(item, reading) ?? "", item.key);
}

/** Only the leading tab is told of arrivals: one sound, one notification. */
function ring(world: World, item: Item): void {
  if (item.kind !== "message") return;
  const looking = world.opened.peek() && !world.folded.peek() && document.visibilityState === "visible";
  if (preference("sound") && world.switches.peek().sound !== false) void play();
  if (preference("notify") && !looking) notify(world);
}

function spoken(world: World, item: Item): string {
  const { words } = world.reader.peek();
  const files = item.body?.files?.length ?? 0;
  return words.said(item.author.name, item.body?.text || words.sentFiles(files));
}

/** Two soft notes, made here: no file to fetch. */
async function play(): Promise<void> {
  const audio = new AudioContext();
  const loudness = audio.createGain();
  loudness.connect(audio.destination);
  loudness.gain.setValueAtTime(0.0001, audio.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.08, audio.currentTime + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.4);
  [660, 880].forEach((frequency, index) => {
    const note = audio.createOscillator();
    note.frequency.value = frequency;
    note.connect(loudness);
    note.start(audio.currentTime + index * 0.12);
    note.stop(audio.currentTime + 0.42);
  });
  await new Promise((done) => setTimeout(done, 800));
  await audio.close();
}

/** A notification never carries what was written. */
function notify(world: World): void {
  try {
    new Notification(world.config.name, {
      body: world.words.peek().notification,
      tag: "curbside",
    });
  } catch {
    // Where only a service worker may notify, the badge on the button has to do.
  }
}
