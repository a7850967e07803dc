// From key presses to commands: single keys, chords ("g w") and modified keys ("mod+k"), as data.
export interface Press {
  key: string;
  ctrl: boolean;
  meta: boolean;
  alt: boolean;
  shift: boolean;
  /** The focus is where text is written. */
  typing: boolean;
  /** A dialog or menu is open: only it hears keys. */
  covered: boolean;
}
export interface Binding {
  id: string;
  keys: readonly string[];
}
export interface Chord {
  first: string | null;
  at: number;
}

const patience = 1200;
export const noChord: Chord = { first: null, at: 0 };

/** The name of a press: "mod+k", "?", "j"; Shift is in the character itself, Alt never counts. */
export function pressName(press: Press): string | null {
  if (press.alt || press.key.length === 0) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.ctrl || press.meta) return press.shift ? `mod+shift+${key}` : `mod+${key}`;
  if (press.shift && /^\p{L}$/u.test(key)) return `shift+${key}`;
  return key;
}

/** What a press means: the command it names, if any, and the chord that is now open. */
export function pressed(
  bindings: readonly Binding[],
  chord: Chord,
  press: Press,
  now: number,
): { id: string | null; chord: Chord } {
  const name = pressName(press);
  if (name === null) return { id: null, chord };
  const modified = name.startsWith("mod+");
  if (press.covered || (press.typing && !modified)) return { id: null, chord: noChord };
  const open = chord.first !== null && now - chord.at < patience ? `${chord.first} ${name}` : null;
  const whole = open && bindings.find((binding) => binding.keys.includes(open));
  if (whole) return { id: whole.id, chord: noChord };
  const single = bindings.find((binding) => binding.keys.includes(name));
  if (single) return { id: single.id, chord: noChord };
  const begins = bindings.some((binding) => binding.keys.some((keys) => keys.startsWith(`${name} `)));
  return { id: null, chord: begins ? { first: name, at: now } : noChord };
}

/** A binding as it is printed on a key: "Ctrl K", "G W"; on a Mac "⌘ K". */
export function keyLabels(keys: string, mac: boolean): string[] {
  const names: Record<string, string> = {
    mod: mac ? "⌘" : "Ctrl",
    shift: mac ? "⇧" : "Shift",
    Enter: "↵",
    Escape: "Esc",
  };
  return keys.split(/[+ ]/).map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
