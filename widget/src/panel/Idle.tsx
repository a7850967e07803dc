// A panel that nobody uses signs itself out, for the sake of whoever comes to this workstation next; before, it asks.
import { effect, signal } from "@preact/signals";
import type { VNode } from "preact";
import { Button } from "../ui/Button";
import { idleness } from "./idleness";
import { useWorld, type World } from "./world";

const SIGNS = ["pointerdown", "keydown", "wheel", "input"];
const TELL_EVERY = 5000;

/** Ask, when nobody was here for long, and sign out if nobody answers. Signs in any tab of this person count. */
export function watchIdle(world: World): () => void {
  const now = signal(Date.now());
  const timer = setInterval(() => {
    now.value = Date.now();
  }, 1000);
  const seen = () => {
    world.sign.value = Date.now();
  };
  for (const type of SIGNS) addEventListener(type, seen, { capture: true, passive: true });
  const stops = [
    effect(() => {
      const minutes = (world.phase.value === "known" && world.state.value?.snapshot?.idle_minutes) || 0;
      const found = idleness(world.sign.value, now.value, minutes);
      world.warning.value = typeof found === "object" ? <StillHere left={found.secondsLeft} onStay={seen} /> : null;
      if (found === "gone") queueMicrotask(world.signOut);
    }),
    effect(() => {
      now.value;
      // Who talks is here, in whatever window; who took the call along on a phone may well have gone.
      const talks = Object.values(world.state.value?.calls ?? {}).some(({ carried }) => carried !== "phone");
      if (talks) queueMicrotask(seen);
    }),
    effect(() => {
      const me = world.state.value?.me?.id;
      return me ? share(world, `curbside:sign:${world.config.tenant}:${me}`) : undefined;
    }),
  ];
  return () => {
    clearInterval(timer);
    for (const type of SIGNS) removeEventListener(type, seen, { capture: true });
    for (const stop of stops) stop();
  };
}

/** Tell the other tabs of this person that somebody is here, and hear it from them. */
function share(world: World, name: string): () => void {
  if (typeof BroadcastChannel !== "function") return () => {};
  const channel = new BroadcastChannel(name);
  let told = 0;
  channel.onmessage = () => {
    told = Date.now();
    world.sign.value = told;
  };
  const stop = effect(() => {
    if (world.sign.value - told < TELL_EVERY) return;
    told = world.sign.value;
    channel.postMessage(null);
  });
  return () => {
    stop();
    channel.close();
  };
}

/** The question. It is heard once; the seconds are for the eye. */
export function StillHere({ left, onStay }: { left: number; onStay(): void }): VNode {
  const words = useWorld().words.value;
  return (
    <div class="card soon">
      <div role="alert">
        <h2>{words.stillHere}</h2>
        <p>{words.stillHereLine}</p>
      </div>
      <div class="choices">
        <Button look="primary" onClick={onStay}>
          {words.stay}
        </Button>
        <span class="num" aria-hidden="true">
          {words.secondsLeft(left)}
        </span>
      </div>
    </div>
  );
}
