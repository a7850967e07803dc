import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Check, type IconComponent } from "../../ui/icons";
import { Keys } from "./Keys";

export interface Choice {
  id: string;
  label: string;
  icon?: IconComponent;
  keys?: string | undefined;
  /** Given for a choice that is on or off: drawn with a tick. */
  on?: boolean;
  danger?: boolean;
  disabled?: boolean;
  run(): void;
}
export interface Section {
  title?: string;
  radio?: boolean;
  choices: Choice[];
}
interface Props {
  label: string;
  class?: string;
  side?: "start" | "end";
  up?: boolean;
  /** The button has words of its own: they are its name. */
  bare?: boolean;
  button: ComponentChildren;
  sections(): Section[];
}

/** A button that opens a menu: arrows move, letters jump, Escape closes, the focus comes back. */
export function Menu({
  label,
  class: extra = "",
  side = "end",
  up = false,
  bare = false,
  button,
  sections,
}: Props): VNode {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (back: boolean) => {
    setOpen(false);
    if (back) opener.current?.focus();
  };
  return (
    <span class="menu-anchor">
      <button
        ref={opener}
        type="button"
        class={extra}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={bare ? undefined : label}
        title={bare ? undefined : label}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {button}
      </button>
      {open ? <Opened label={label} sections={sections()} side={side} up={up} onClose={close} opener={opener} /> : null}
    </span>
  );
}

interface OpenedProps {
  label: string;
  sections: Section[];
  side: string;
  up: boolean;
  onClose(back: boolean): void;
  opener: { current: HTMLButtonElement | null };
}

function Opened({ label, sections, side, up, onClose, opener }: OpenedProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => items(box.current)[0]?.focus(), []);
  useEffect(() => {
    const away = (event: Event) => {
      const target = event.target as Node;
      if (!box.current?.contains(target) && !opener.current?.contains(target)) onClose(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [onClose, opener]);
  return (
    <div
      ref={box}
      role="menu"
      tabIndex={-1}
      aria-label={label}
      class={`menu ${side}${up ? " up" : ""}`}
      onKeyDown={(event) => move(event, onClose)}
    >
      {sections.map((section, index) => (
        <fieldset key={section.title ?? index} aria-label={section.title} class="menu-section">
          {section.title ? (
            <p class="menu-title" aria-hidden="true">
              {section.title}
            </p>
          ) : null}
          {section.choices.map((choice) => (
            <MenuChoice key={choice.id} choice={choice} radio={section.radio ?? false} onClose={onClose} />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

interface ChoiceProps {
  choice: Choice;
  radio: boolean;
  onClose(back: boolean): void;
}

function MenuChoice({ choice, radio, onClose }: ChoiceProps): VNode {
  const toggles = choice.on !== undefined;
  const role = toggles ? (radio ? "menuitemradio" : "menuitemcheckbox") : "menuitem";
  const Icon = choice.icon;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked is given only with a role that has it
    <button
      type="button"
      role={role}
      tabIndex={-1}
      class={`menu-item${choice.danger ? " danger" : ""}`}
      aria-checked={toggles ? choice.on : undefined}
      aria-disabled={choice.disabled || undefined}
      onClick={() => {
        if (choice.disabled) return;
        onClose(true);
        choice.run();
      }}
    >
      {toggles ? <span class="tick">{choice.on ? <Check size={16} /> : null}</span> : null}
      {Icon ? <Icon size={16} /> : null}
      <span class="menu-label">{choice.label}</span>
      {choice.keys ? <Keys keys={choice.keys} /> : null}
    </button>
  );
}

const items = (box: HTMLElement | null) => [...(box?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];

function move(event: KeyboardEvent, onClose: (back: boolean) => void) {
  const all = items(event.currentTarget as HTMLElement);
  const here = all.indexOf(document.activeElement as HTMLElement);
  const ends: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 };
  const to = ends[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    onClose(true);
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const after = [...all.slice(here + 1), ...all.slice(0, here + 1)];
    after.find((each) => each.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    event.preventDefault();
  }
}
