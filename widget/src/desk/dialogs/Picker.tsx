import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "./Field";

export interface Option {
  id: string;
  title: string;
  more: string;
  state?: string;
}
interface Props {
  label: string;
  options: readonly Option[];
  query: string;
  onQuery(query: string): void;
  chosen: Option | null;
  onChoose(option: Option | null): void;
  none: string;
  problem: string | null;
}

/** A field that finds while one types; arrows move, Enter chooses, what was chosen stands in the field. */
export function Picker({ label, options, query, onQuery, chosen, onChoose, none, problem }: Props): VNode {
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => setActive(0), [query]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, options]);
  const open = chosen === null;
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && options.length > 0) setActive((active + by + options.length) % options.length);
    else if (event.key === "Enter" && open) onChoose(options[active] ?? null);
    else return;
    event.preventDefault();
  };
  return (
    <Field label={label} problem={problem}>
      {(id, described) => (
        <div class="picker">
          <input
            id={id}
            data-first
            type="text"
            autocomplete="off"
            role="combobox"
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={open && options[active] ? `${id}-${active}` : undefined}
            aria-describedby={described}
            value={chosen ? chosen.title : query}
            onInput={(event) => {
              onChoose(null);
              onQuery(event.currentTarget.value);
            }}
            onKeyDown={key}
          />
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={label}
            class="options"
            hidden={!open || options.length === 0}
          >
            {options.map((option, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
              <div
                key={option.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === active}
                class={`option${index === active ? " on" : ""}`}
                onPointerDown={(event) => {
                  event.preventDefault();
                  onChoose(option);
                }}
              >
                {option.state ? <span class={`presence ${option.state}`} /> : null}
                <b>{option.title}</b>
                <span>{option.more}</span>
              </div>
            ))}
          </div>
          {open && options.length === 0 ? (
            <p class="options none" role="status">
              {none}
            </p>
          ) : null}
        </div>
      )}
    </Field>
  );
}
