import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Face } from "../ui/Face";
import { Search } from "../ui/icons";
import type { Found } from "./ask";
import { type Entry, entriesFor } from "./entries";
import { Modal } from "./parts/Dialog";
import { Keys } from "./parts/Keys";
import { useWorld } from "./world";

/** Everything by name: what can be done now, what is in one's lists, what was ever said. */
export function CommandBar(): VNode | null {
  const { view } = useWorld();
  return view.value.bar === "closed" ? null : <OpenBar commandsFirst={view.value.bar === "commands"} />;
}

function OpenBar({ commandsFirst }: { commandsFirst: boolean }): VNode {
  const world = useWorld();
  const { desk, words, dispatch } = world;
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const search = useSearch(query);
  const state = useComputed(() => desk.state.value);
  const entries = entriesFor(world, state.value, query, search.found, commandsFirst);
  useEffect(() => setActive(0), [query]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, query]);
  const close = () => dispatch({ kind: "bar", bar: "closed" });
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    // After the bar has closed and given the focus back: what runs may move it elsewhere.
    setTimeout(entry.run);
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && entries.length > 0) setActive((active + by + entries.length) % entries.length);
    else if (event.key === "Enter" && !event.isComposing) run(entries[active]);
    else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) close();
    else return;
    event.preventDefault();
  };
  return (
    <Modal label={words.commandBar} class="bar" onClose={close}>
      <div class="bar-field">
        <Search size={18} />
        <input
          type="text"
          class="bar-input"
          data-first
          autocomplete="off"
          spellcheck={false}
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls="bar-list"
          aria-autocomplete="list"
          aria-activedescendant={entries[active] ? `bar-${active}` : undefined}
          aria-label={words.findLabel}
          placeholder={words.find}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={key}
        />
        <Keys keys="Escape" />
      </div>
      <div
        ref={list}
        id="bar-list"
        role="listbox"
        aria-label={words.findLabel}
        class="bar-list"
        hidden={entries.length === 0}
      >
        {entries.map((entry, index) => (
          <BarEntry
            key={entry.id}
            entry={entry}
            index={index}
            on={index === active}
            title={entry.group === entries[index - 1]?.group ? null : entry.group}
            onRun={run}
          />
        ))}
      </div>
      <p class="bar-foot" role="status">
        {search.text || (entries.length > 0 ? words.results(entries.length) : words.findNone(query))}
      </p>
    </Modal>
  );
}

interface EntryProps {
  entry: Entry;
  index: number;
  on: boolean;
  title: string | null;
  onRun(entry: Entry): void;
}

function BarEntry({ entry, index, on, title, onRun }: EntryProps): VNode {
  return (
    <>
      {title ? (
        <p class="bar-group" role="presentation">
          {title}
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field */}
      <div
        id={`bar-${index}`}
        role="option"
        aria-selected={on}
        class={`bar-entry${on ? " on" : ""}`}
        onClick={() => onRun(entry)}
      >
        {entry.face ? <Face name={entry.face} /> : null}
        <span class="bar-words">
          <b dir="auto">{entry.title}</b>
          {entry.more ? <small dir="auto">{entry.more}</small> : null}
        </span>
        {entry.keys ? <Keys keys={entry.keys} /> : null}
      </div>
    </>
  );
}

/** Ask the server once typing pauses; an older answer never overtakes a newer one. */
function useSearch(query: string): { found: Found[]; text: string } {
  const { ask, words } = useWorld();
  const [found, setFound] = useState<Found[]>([]);
  const [text, setText] = useState("");
  const wanted = query.trim();
  useEffect(() => {
    setText("");
    if (wanted.length < 2) return setFound([]);
    const asking = new AbortController();
    const soon = setTimeout(() => {
      setText(words.searching);
      ask.search(wanted, asking.signal).then(
        (results) => {
          setFound(results);
          setText("");
        },
        () => {
          if (asking.signal.aborted) return;
          setFound([]);
          setText(words.searchFailed);
        },
      );
    }, 180);
    return () => {
      clearTimeout(soon);
      asking.abort();
    };
  }, [wanted, ask, words]);
  return { found, text };
}
