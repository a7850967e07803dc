import type { VNode } from "preact";
import { useWorld } from "../world";
import type { Suggesting } from "./suggesting";

/** The list over the field; the field keeps the focus, the list says what is active. */
export function Suggestions({ id, suggesting }: { id: string; suggesting: Suggesting }): VNode | null {
  const { words } = useWorld();
  if (!suggesting.open) return null;
  const note = suggesting.mode === "note";
  if (suggesting.found.length === 0) {
    return (
      <p class="suggestions none" role="status">
        {note ? words.mentionNone : words.cannedNone}
      </p>
    );
  }
  return (
    <div class="suggestions" role="listbox" id={id} aria-label={note ? words.mention : words.canned}>
      {suggesting.found.map((each, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
        <div
          key={each.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === suggesting.active}
          class={`suggestion${index === suggesting.active ? " on" : ""}`}
          onPointerDown={(event) => {
            event.preventDefault();
            suggesting.choose(each);
          }}
        >
          <b>{each.title}</b>
          <span>{each.more}</span>
        </div>
      ))}
    </div>
  );
}
