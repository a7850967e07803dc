import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { countOf, type Place, places, teamsOf } from "../lists";
import { Keys } from "../parts/Keys";
import { useWorld } from "../world";

/** The left column: every list with its live count. Below three columns it opens over the list. */
export function Lists(): VNode {
  const { desk, words, view, dispatch } = useWorld();
  const all = useComputed(() => places(words, teamsOf(desk.state.value)));
  const group = (name: Place["group"]) => all.value.filter((place) => place.group === name);
  const open = view.value.lists;
  return (
    <nav
      class={`lists${open ? " open" : ""}`}
      aria-label={words.lists}
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) dispatch({ kind: "lists", open: false });
      }}
    >
      <Group places={group("work")} />
      {group("team").length > 0 ? <h2>{words.teams}</h2> : null}
      <Group places={group("team")} />
      <h2>{words.views}</h2>
      <Group places={group("archive")} />
    </nav>
  );
}

function Group({ places: all }: { places: Place[] }): VNode {
  return (
    <ul>
      {all.map((place) => (
        <ListLink key={place.list} place={place} />
      ))}
    </ul>
  );
}

function ListLink({ place }: { place: Place }): VNode {
  const { desk, view, dispatch } = useWorld();
  const count = useComputed(() => countOf(desk.state.value, place.list));
  const on = view.value.list === place.list;
  const hot = place.list === "care_blocked" && (count.value ?? 0) > 0;
  return (
    <li>
      <button
        type="button"
        class={`list-link${on ? " on" : ""}${hot ? " hot" : ""}`}
        aria-current={on ? "true" : undefined}
        onClick={() => dispatch({ kind: "list", list: place.list })}
      >
        <place.icon size={18} />
        <span class="list-link-name">{place.name}</span>
        {place.keys ? <Keys keys={place.keys} /> : null}
        <b class="num">{place.list === "resolved" ? "" : (count.value ?? "")}</b>
      </button>
    </li>
  );
}
