// Listens for keys on the whole desk and runs the commands they name. What they name is in commands.ts.

import { commandsOf } from "./commands";
import { type Chord, noChord, pressed } from "./model/keys";
import type { World } from "./world";

const writes = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/** Listen until the returned function is called. */
export function listen(world: World): () => void {
  let chord: Chord = noChord;
  function onKey(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing || (event.repeat && event.key !== "j" && event.key !== "k")) return;
    const target = event.target instanceof Element ? event.target : null;
    const state = world.desk.state.peek();
    const commands = commandsOf(world.words, state);
    const bindings = world.preferences.peek().singleKeys
      ? commands
      : commands.map(({ id, keys }) => ({ id, keys: keys.filter((key) => key.startsWith("mod+")) }));
    const press = {
      key: event.key,
      ctrl: event.ctrlKey,
      meta: event.metaKey,
      alt: event.altKey,
      shift: event.shiftKey,
      typing: target?.closest(writes) != null,
      covered: document.querySelector("dialog[open], [role=menu]") !== null,
    };
    const found = pressed(bindings, chord, press, event.timeStamp);
    chord = found.chord;
    const command = commands.find(({ id }) => id === found.id);
    if (!command) return;
    event.preventDefault();
    if (command.when({ talk: world.talk.peek(), state })) command.run(world);
  }
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
