import type { VNode } from "preact";
import { keyLabels } from "../model/keys";
import { useWorld } from "../world";

/** A shortcut as it is printed on the keys. */
export function Keys({ keys }: { keys: string }): VNode {
  const { mac } = useWorld();
  return (
    <span class="keys">
      {keyLabels(keys, mac).map((label) => (
        <kbd key={label}>{label}</kbd>
      ))}
    </span>
  );
}
