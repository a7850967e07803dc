// What the snippet's attributes say.
export interface Settings {
  origin: string; // where the panel lives
  tenant: string;
  phone: string;
  start: boolean; // at the start of the line instead of its end
  inline: number; // pixels from the side, and
  block: number; // from the bottom
  shortcut: string;
  button: string; // selector of the page's own button
}

/** Read the settings from our own script element; null when it names no tenant. */
export function readSettings(script: HTMLScriptElement | null): Settings | null {
  const said = script?.dataset;
  if (!said?.tenant) return null;
  const [inline = 24, block = inline] = (said.offset?.match(/\d{1,4}/g) || []) as unknown[] as number[];
  return {
    origin: new URL(said.panel || (script as HTMLScriptElement).src).origin,
    tenant: said.tenant,
    phone: said.phone || "",
    start: said.position === "start",
    inline,
    block,
    shortcut: said.shortcut || "",
    button: said.button || "",
  };
}

/** True when this key press is the shortcut ('Ctrl+Alt+Shift+Meta+H', in this order); a bare letter never is one. */
export function pressed(shortcut: string, { ctrlKey, altKey, shiftKey, metaKey, key, code }: KeyboardEvent): boolean {
  const held = `${ctrlKey ? "ctrl+" : ""}${altKey ? "alt+" : ""}${shiftKey ? "shift+" : ""}${metaKey ? "meta+" : ""}`;
  const wanted = shortcut.toLowerCase();
  return (
    /(ctrl|alt|meta)\+|^f\d/.test(wanted) &&
    (held + key.toLowerCase() === wanted || held + code.slice(-1).toLowerCase() === wanted)
  );
}
