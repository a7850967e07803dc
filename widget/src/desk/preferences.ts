// What one agent likes on this device: colours, sound, notifications, keys. Nothing of anybody's conversation.
import { effect, type Signal, signal } from "@preact/signals";

export interface Preferences {
  scheme: "system" | "light" | "dark";
  sound: boolean;
  notifications: boolean;
  enterSends: boolean;
  singleKeys: boolean;
}

const place = "curbside.desk.preferences";
const usual: Preferences = { scheme: "system", sound: false, notifications: false, enterSends: true, singleKeys: true };

/** Read what was kept; anything unreadable falls back to what is usual. */
export function readPreferences(text: string | null): Preferences {
  try {
    const kept = JSON.parse(text ?? "{}") as Record<string, unknown>;
    const flag = (name: keyof Preferences) =>
      typeof kept[name] === "boolean" ? (kept[name] as boolean) : (usual[name] as boolean);
    return {
      scheme: kept.scheme === "light" || kept.scheme === "dark" ? kept.scheme : "system",
      sound: flag("sound"),
      notifications: flag("notifications"),
      enterSends: flag("enterSends"),
      singleKeys: flag("singleKeys"),
    };
  } catch {
    return usual;
  }
}

/** Preferences that are kept on this device and applied to the page as they change. */
export function keptPreferences(): Signal<Preferences> {
  const preferences = signal(readPreferences(attempt(() => localStorage.getItem(place))));
  effect(() => {
    const { scheme } = preferences.value;
    if (scheme === "system") delete document.documentElement.dataset.scheme;
    else document.documentElement.dataset.scheme = scheme;
    attempt(() => localStorage.setItem(place, JSON.stringify(preferences.value)));
  });
  return preferences;
}

function attempt<T>(what: () => T): T | null {
  try {
    return what();
  } catch {
    return null; // storage may be switched off: preferences then last as long as the page
  }
}
