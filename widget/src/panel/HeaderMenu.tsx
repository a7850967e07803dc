import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "../ui/Button";
import { callFactWords } from "../ui/call/facts";
import {
  Bell,
  BellOff,
  Download,
  History,
  type IconComponent,
  More,
  Phone,
  Plus,
  SoundOff,
  SoundOn,
} from "../ui/icons";
import { phoningFactWords } from "../ui/phoning/facts";
import { CallButton, checkFirst } from "./call/CallButton";
import { hasBegun } from "./choice";
import { mayEverNotify, mayNotify, prefer, preference } from "./preferences";
import { downloadTranscript } from "./transcript";
import { useWorld, type World } from "./world";

interface Entry {
  name: string;
  label: string;
  icon: IconComponent;
  run(): void;
}

/** What is needed seldom: earlier conversations, sound, notifications, the transcript. */
export function HeaderMenu(): VNode {
  const world = useWorld();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (open) list.current?.querySelector("button")?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>("[aria-expanded]")?.focus();
  };
  const run = (entry: Entry) => {
    close();
    entry.run();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the menu closes when the focus leaves it, or by Escape
    <div
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget && !box.current?.contains(event.relatedTarget as Node)) setOpen(false);
      }}
    >
      <CallButton />
      <IconButton icon={More} label={world.words.value.more} aria-expanded={open} onClick={() => setOpen(!open)} />
      {open ? (
        <ul class="menu" ref={list}>
          {entries(world).map((entry) => (
            <li key={entry.name}>
              <button type="button" onClick={() => run(entry)}>
                <entry.icon /> {entry.label}
              </button>
            </li>
          ))}
          {FILLS_THE_SCREEN ? null : <Move />}
        </ul>
      ) : null}
    </div>
  );
}

/** On a small screen the panel is as large as that, and stays where it is. */
const FILLS_THE_SCREEN = screen.width <= 520 || screen.height <= 440;
const STEP = 80;

/** Moving the panel without dragging it. */
function Move(): VNode {
  const world = useWorld();
  const words = world.words.value;
  const steps = [
    ["←", words.moveLeft, -STEP, 0],
    ["↑", words.moveUp, 0, -STEP],
    ["↓", words.moveDown, 0, STEP],
    ["→", words.moveRight, STEP, 0],
  ] as const;
  return (
    <li class="menu-move" dir="ltr">
      <span>{words.move}</span>
      {steps.map(([sign, label, dx, dy]) => (
        <button
          key={sign}
          type="button"
          aria-label={label}
          title={label}
          onClick={() => world.tell({ type: "move", dx, dy })}
        >
          {sign}
        </button>
      ))}
    </li>
  );
}

function entries(world: World): Entry[] {
  const words = world.words.value;
  const sound = preference("sound");
  const notify = preference("notify");
  const begun = hasBegun(world.state.value?.timelines[world.current.value]);
  const all: (Entry | false)[] = [
    { name: "earlier", label: words.earlier, icon: History, run: () => world.go("history") },
    begun && { name: "new", label: words.startNew, icon: Plus, run: world.startNew },
    begun &&
      world.switches.value.transcript === true && {
        name: "transcript",
        label: words.transcript,
        icon: Download,
        run: () => void downloadTranscript(world),
      },
    world.switches.value.call === true && {
      name: "check",
      label: callFactWords(world.reader.value.locale).check,
      icon: Phone,
      run: () => void checkFirst(world),
    },
    world.switches.value.phone_me === true && {
      name: "phone",
      label: phoningFactWords(world.reader.value.locale).phoneMe,
      icon: Phone,
      run: () => void import("./phoning/Form").then(({ openForm }) => openForm(world)),
    },
    world.switches.value.sound !== false && {
      name: "sound",
      label: sound ? words.soundOff : words.soundOn,
      icon: sound ? SoundOff : SoundOn,
      run: () => prefer("sound", !sound),
    },
    mayEverNotify() && {
      name: "notify",
      label: notify ? words.notifyOff : words.notifyOn,
      icon: notify ? BellOff : Bell,
      run: () => void chooseNotifications(world, !notify),
    },
  ];
  return all.filter((entry) => entry !== false);
}

async function chooseNotifications(world: World, on: boolean): Promise<void> {
  const allowed = !on || (await mayNotify());
  if (allowed) prefer("notify", on);
  else world.trouble.value = world.words.peek().notifyDenied;
}
