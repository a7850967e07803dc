// Switching colours, sound and notifications. Notifications are asked for by a click and at no other time.
import type { World } from "./world";

/** The scheme that is on the screen now. */
export function shownScheme(scheme: "system" | "light" | "dark"): "light" | "dark" {
  if (scheme !== "system") return scheme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function nextScheme({ preferences }: World) {
  const next = shownScheme(preferences.peek().scheme) === "dark" ? "light" : "dark";
  preferences.value = { ...preferences.peek(), scheme: next };
}

/** Switch notifications; says so where the browser forbids them. */
export async function toggleNotifications({ preferences, acts, words }: World): Promise<void> {
  if (preferences.peek().notifications) {
    preferences.value = { ...preferences.peek(), notifications: false };
    return;
  }
  const given = typeof Notification === "undefined" ? "denied" : await Notification.requestPermission();
  if (given === "granted") preferences.value = { ...preferences.peek(), notifications: true };
  else acts.say(words.notificationsBlocked, { bad: true, id: "notifications" });
}
