// Before anybody is known there is no line: what may be told to everybody (switches, incidents, hours) is asked for.
import { effect } from "@preact/signals";
import { parseConfig } from "./config";
import type { World } from "./world";

const EVERY = 60_000;

/** Ask again at each opening and every minute while somebody looks, or while help is switched off here. */
export function keepFresh(world: World): () => void {
  let first = true; // the page itself is fresh
  return effect(() => {
    if (world.phase.value === "known" || world.phase.value === "asking") return;
    if (!world.opened.value && world.here.value.launcher !== false) return;
    const ask = () => void refresh(world);
    if (!first) queueMicrotask(ask);
    first = false;
    const timer = setInterval(ask, EVERY);
    return () => clearInterval(timer);
  });
}

async function refresh(world: World): Promise<void> {
  try {
    const path = `/v1/tenant/${encodeURIComponent(world.config.tenant)}`;
    const answer = await fetch(path, { credentials: "omit", cache: "no-store" });
    if (answer.ok) world.learn(parseConfig(await answer.text()));
  } catch {} // what is shown stays
}
