// What happens when somebody writes: it is said once to screen readers, counted on the button, and heard if wanted.
import { effect } from "@preact/signals";
import type { Item } from "../core/state";
import { announce } from "../ui/LiveRegion";
import { preference } from "./preferences";
import type { World } from "./world";

/** Watch for messages by others; returns how to stop. */
export function watchArrivals(world: World): () => void {
  const stopCounting = effect(() => {
    const unread = Object.values(world.state.value?.unread ?? {}).reduce((sum, count) => sum + count, 0);
    world.tell({ type: "unread", count: unread });
  });
  const stopWatching = effect(() => {
    const desk = world.desk.value;
    return desk?.onArrived((conversation, item) => arrived(world, conversation, item));
  });
  return () => {
    stopCounting();
    stopWatching();
  };
}

function arrived(world: World, conversation: string, item: Item): void {
  if (item.kind !== "message") return;
  const looking = world.opened.peek() && !world.folded.peek();
  if (looking) announce(spoken(world, item));
  else world.tell({ type: "announce", count: world.state.peek()?.unread[conversation] ?? 1 });
  world.tell({ type: "event", name: "message:received", detail: {} });
  if (preference("sound")) void beep();
  if (preference("notify") && (!looking || document.visibilityState !== "visible")) notify(world);
}

function spoken(world: World, item: Item): string {
  const { words } = world.reader.peek();
  const files = item.body?.files?.length ?? 0;
  return words.said(item.author.name, item.body?.text || words.sentFiles(files));
}

/** Two soft notes, made here: no file to fetch. One tab of many makes them. */
async function beep(): Promise<void> {
  const once = navigator.locks?.request("curbside:sound", { ifAvailable: true }, (lock) => (lock ? play() : undefined));
  await (once ?? play());
}

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
  // The lock is held a while longer than the sound, so that slower tabs find it taken.
  await new Promise((done) => setTimeout(done, 1200));
  await audio.close();
}

/** A notification never carries what was written. */
function notify(world: World): void {
  try {
    new Notification(world.words.peek().support(world.config.name), {
      body: world.words.peek().notification,
      tag: "curbside",
    });
  } catch {
    // Where only a service worker may notify, the badge on the button has to do.
  }
}
