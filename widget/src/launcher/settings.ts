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
  locale: string;
  accent: string | null;
}

/** Read the settings from our own script element; null when it names no tenant. */
export function readSettings(script: HTMLScriptElement | null): Settings | null {
  const said = script?.dataset;
  if (!script || !said?.tenant) return null;
  const offset = /^\s*(\d{1,4})(?:\D+(\d{1,4}))?/.exec(said.offset || "");
  const inline = Number(offset?.[1] ?? 24);
  return {
    origin: new URL(said.panel || script.src).origin,
    tenant: said.tenant,
    phone: said.phone || "",
    start: /start|left/.test(said.position || ""),
    inline,
    block: Number(offset?.[2] ?? inline),
    shortcut: said.shortcut || "",
    button: said.button || "",
    locale: said.locale || "",
    accent: said.accent || null,
  };
}

/** True when this key press is the shortcut ('Alt+Shift+H'); without Alt, Ctrl or Meta only function keys count. */
export function pressed(shortcut: string, event: KeyboardEvent): boolean {
  const parts = shortcut.toLowerCase().split("+");
  const key = parts.pop() || "";
  const wants = (name: string) => parts.indexOf(name) >= 0;
  if (!/^f\d+$/.test(key) && !/alt|ctrl|meta/.test(shortcut.toLowerCase())) return false;
  return (
    (event.key.toLowerCase() === key || event.code.toLowerCase() === `key${key}`) &&
    event.altKey === wants("alt") &&
    event.ctrlKey === wants("ctrl") &&
    event.metaKey === wants("meta") &&
    event.shiftKey === wants("shift")
  );
}
