// Calls at the desk: their code comes with the first one; whatever rings is heard, and shown outside of the page.
import { computed, effect } from "@preact/signals";
import { choose } from "../lists";
import type { World } from "../world";
import { ring } from "./ringing";

const AGAIN = 2_000;

/** Begin to follow; returns how to stop. */
export function followCalls(world: World): () => void {
  const { desk, preferences } = world;
  const waits = computed(() => {
    const { rings } = desk.state.value;
    return Object.keys(rings).filter((call) => (rings[call]?.until ?? 0) > world.now.value).length > 0;
  });
  const stops = [
    effect(() => {
      const { rings, calls } = desk.state.value;
      if (Object.keys(rings).length + Object.keys(calls).length > 0) void loadCalls(world);
    }),
    effect(() => {
      if (waits.value && preferences.value.sound) return ring();
    }),
    effect(() => {
      if (waits.value) notify(world);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Fetch what shows calls; it is tried again until it comes. */
export async function loadCalls(world: World): Promise<NonNullable<World["calls"]["value"]> | null> {
  const known = world.calls.peek();
  if (known) return known;
  try {
    const { callsOf } = await import("./Calls");
    world.calls.value ??= callsOf(world);
    return world.calls.peek();
  } catch {
    setTimeout(() => void loadCalls(world), AGAIN);
    return null;
  }
}

function notify(world: World): void {
  const [call] = Object.values(world.desk.state.peek().rings);
  const looking = document.visibilityState === "visible" && document.hasFocus();
  if (!call || looking || typeof Notification === "undefined" || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(world.words.tellCall, { tag: call.call, requireInteraction: true });
    shown.onclick = () => {
      window.focus();
      shown.close();
      choose(world, call.conversation);
    };
  } catch {
    // Chrome on Android has none without a service worker: the card and the sound have to do
  }
}
