// The button in the EHR goes when it is switched off for this contact, and comes back when it is switched on.
import { effect } from "@preact/signals";
import type { World } from "./world";

/** Tell the launcher whether it is on where the contact is now. */
export function watchSwitches(world: World): () => void {
  let off = false;
  return effect(() => {
    world.look.value; // comes with the host's first word: what was told before that, nobody heard
    const before = off;
    off = world.here.value.launcher === false;
    if (off) world.tell({ type: "off", why: "switched_off" });
    else if (before) world.tell({ type: "on" });
  });
}
