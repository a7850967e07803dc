// What the snippet's attributes say.
export interface Settings {
  tenant: string;
  phone?: string;
  position?: string; // 'start': at the start of the writing line instead of its end
  offset?: string; // '24' or '24,80': pixels from the side, and from the bottom
  shortcut?: string;
  button?: string; // selector of the page's own button
  panel?: string; // where the panel lives, when not where the script does
  origin: string; // of the panel
}

/** Read the settings from our own script element. */
export function readSettings(script: HTMLScriptElement): Settings {
  const said: DOMStringMap = script.dataset;
  if (!said.tenant) throw Error("no data-tenant");
  return { ...said, tenant: said.tenant, origin: new URL(said.panel || script.src).origin };
}

/** True when this key press is the shortcut: 'Control+Alt+Meta+Shift+H' (in this order; Shift alone is not enough). */
export function pressed(shortcut: string | undefined, event: KeyboardEvent): boolean {
  let held = "";
  for (const name of ["Control", "Alt", "Meta"]) if (event.getModifierState?.(name)) held += `${name}+`;
  if (!held) return false;
  if (event.shiftKey) held += "Shift+";
  return held + event.key.toUpperCase() === shortcut || held + event.code.slice(-1) === shortcut;
}
