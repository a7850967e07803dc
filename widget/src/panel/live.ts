// The real world of a panel: what its host and its link say, as signals that components read.
import { computed, effect, signal } from "@preact/signals";
import type { Desk } from "../browser/run";
import { press } from "../core/scanner";
import type { ClientState } from "../core/state";
import { now as deviceNow } from "../ui/clock";
import { Face } from "../ui/Face";
import { zoneOr } from "../ui/reader";
import { Bond, type Ground } from "./bond";
import { choose, hasBegun, isOwn, ownRows } from "./choice";
import { type Config, newId } from "./config";
import { ensureStarted } from "./sending";
import { fetchWords, wordsFor } from "./words";
import type { Phase, World } from "./world";

/** Begin the panel's life; components get the world, and the host decides what happens in it. */
export function live(config: Config, nonce: string): World {
  const ground: Ground = {
    phase: signal<Phase>("asking"),
    desk: signal<Desk | null>(null),
    context: signal({}),
    look: signal({ scheme: "auto" as const, locale: config.locale, accent: null }),
    opened: signal(false), // until the host says so: what is loaded ahead must not take the focus from the EHR
    phone: signal(config.phone),
    current: signal(newId()),
    early: signal({}),
    barred: signal(false),
    sign: signal(Date.now()),
  };
  const bond = new Bond(config, nonce, ground);
  const world: World = worldOf(config, ground, bond);
  effect(() => void fetchWords(world.reader.value.locale));
  settle(world, bond);
  return world;
}

function worldOf(given: Config, ground: Ground, bond: Bond): World {
  const config = signal(given);
  const place = signal<"chat" | "history">("chat");
  const trouble = signal<string | null>(null);
  const state = computed<ClientState | null>(() => ground.desk.value?.state.value ?? null);
  const locale = computed(() => state.value?.me?.locale || ground.look.value.locale || config.value.locale);
  const here = () => ground.context.value.module ?? "";
  const bundle = computed(() => wordsFor(locale.value));
  return {
    get config() {
      return config.value;
    },
    learn(news) {
      config.value = news;
    },
    get phone() {
      return ground.phone.value;
    },
    look: ground.look,
    words: computed(() => bundle.value.panel),
    reader: computed(() => ({ words: bundle.value.ui, locale: locale.value, tz: zoneOr(state.value?.me?.tz) })),
    phase: ground.phase,
    desk: ground.desk,
    state,
    context: ground.context,
    opened: ground.opened,
    folded: signal(false),
    early: ground.early,
    current: ground.current,
    place,
    trouble,
    calls: signal(null),
    above: signal(null),
    sign: ground.sign,
    warning: signal(null),
    switches: computed(() =>
      switchesIn(config.value, state.value, moduleOf(state.value, ground.current.value) ?? here()),
    ),
    here: computed(() => (ground.barred.value ? { launcher: false } : switchesIn(config.value, state.value, here()))),
    now: computed(() => deviceNow.value + (state.value?.clockSkew ?? 0)),
    tell(message) {
      if (message.type === "close") ground.opened.value = false; // at once: nothing in here takes the focus after it
      bond.host.tell(message);
    },
    signOut: () => void bond.forget("over", "idle"),
    identifyAgain: () => bond.begin(),
    go(to) {
      place.value = to;
    },
    calm() {
      trouble.value = null;
    },
    lent: { Face, ensureStarted, press },
    startNew: () => bond.startNew(),
    asked: bond.asked,
    post: (path, body) => bond.post(path, body),
  };
}

function switchesIn(config: Config, state: ClientState | null, module: string): Record<string, boolean> {
  const settings = state?.snapshot;
  return settings?.modules?.[module.toLowerCase()] ?? settings?.switches ?? config.switches;
}

/** The module in which a conversation was begun; null where it was not yet. */
function moduleOf(state: ClientState | null, conversation: string): string | null {
  const row = state && ownRows(state).find((each) => each.conversation === conversation);
  return row ? (row.context?.module ?? "") : null;
}

/** Keep the right conversation on the screen until the person has begun, found or asked for one. */
function settle(world: World, bond: Bond): void {
  let listed: Desk | null = null;
  effect(() => {
    const [desk, state] = [world.desk.value, world.state.value];
    if (!desk || !state?.snapshot) return;
    if (listed !== desk) desk.list("mine");
    listed = desk;
    const current = world.current.peek();
    if (world.asked.has(current) || hasBegun(state.timelines[current]) || isOwn(state, current)) return;
    const wanted = choose(state, current, world.now.peek());
    if (wanted !== current) queueMicrotask(() => moveTo(world, desk, wanted));
  });
  effect(() => {
    const ended = world.state.value?.ended;
    if (ended && ended !== "wiped")
      queueMicrotask(() => void bond.forget(ended === "ended" ? "over" : "unconfirmed", null));
  });
}

/** Go to a conversation, and take along what was typed before it was known. */
function moveTo(world: World, desk: Desk, conversation: string): void {
  const fresh = world.current.peek();
  const drafts = world.state.peek()?.drafts ?? {};
  const typed = drafts[fresh];
  if (conversation !== fresh && typed?.text && !drafts[conversation]?.text) {
    desk.draft(conversation, typed);
    desk.draft(fresh, null);
  }
  world.current.value = conversation;
}
