// Telling an agent of what arrived: a sound, and a notification outside of the page where the browser has one.
import { chime } from "./chime";
import { choose } from "./lists";
import type { Arrival } from "./model/arrivals";
import type { World } from "./world";

export type Told = Omit<Arrival, "why"> & { why: Arrival["why"] | "mention" };

/** Sound and notification; neither for what is on the screen before the agent's eyes. */
export function tell(world: World, arrival: Told): void {
  const { words, view } = world;
  const { sound, notifications } = world.preferences.peek();
  const looking = document.visibilityState === "visible" && document.hasFocus();
  if (looking && view.peek().chosen === arrival.conversation) return;
  if (sound) void chime(arrival.why === "care_blocked");
  const texts = {
    answer: words.tellAnswer,
    phone: words.tellPhone,
    new: words.tellNew,
    care_blocked: words.tellBlocked,
    given: words.tellGiven,
    mention: words.tellMention,
  };
  const text = texts[arrival.why](arrival.reference);
  if (notifications && notified(world, text, arrival.conversation)) return;
  // Whoever wants no notifications still has to know that a colleague asks for them.
  if (!notifications && arrival.why !== "mention") return;
  world.acts.say(text, { id: `told:${arrival.conversation}`, for: 15_000 });
}

/** Show it outside of the page; false where the browser does not: Chrome on Android throws, without a service worker. */
function notified(world: World, text: string, conversation: string): boolean {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return false;
  try {
    const shown = new Notification(text, { tag: conversation, silent: true });
    shown.onclick = () => {
      window.focus();
      shown.close();
      choose(world, conversation);
    };
    return true;
  } catch {
    return false;
  }
}
