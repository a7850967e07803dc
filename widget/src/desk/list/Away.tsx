import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { Button } from "../../ui/Button";
import { stateOf } from "../commands";
import { useWorld } from "../world";

/** Who is off and at work all the same would not notice: it is said above the list, with the way out. */
export function Away(): VNode | null {
  const { desk, words, acts } = useWorld();
  const away = useComputed(() => desk.state.value.link === "live" && stateOf(desk.state.value) === "off");
  if (!away.value) return null;
  return (
    <div class="away">
      <p>
        <strong>{words.youAreOff}</strong> {words.youAreOffHint}
      </p>
      <Button onClick={() => void acts.state("available", words.available)}>{words.becomeAvailable}</Button>
    </div>
  );
}
