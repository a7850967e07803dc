// The world of the call's own window, for what it shares with the panel: no host, one person, one conversation.
import { computed, effect, signal } from "@preact/signals";
import { type Desk, run } from "../browser/run";
import { press } from "../core/scanner";
import { deviceId, parseConfig } from "../panel/config";
import { ensureStarted } from "../panel/sending";
import { fetchWords, wordsFor } from "../panel/words";
import type { Phase, World } from "../panel/world";
import { now as deviceNow } from "../ui/clock";
import { Face } from "../ui/Face";
import { zoneOr } from "../ui/reader";
import type { Pass } from "./pass";

export function windowWorld(pass: Pass): { world: World; desk: Desk } {
  const { tenant, conversation } = pass.place;
  const desk = run({ origin: location.origin, token: () => pass.token(), device: deviceId(), scope: tenant });
  const config = parseConfig(JSON.stringify({ tenant }));
  const state = computed(() => desk.state.value);
  const look = signal({ scheme: "auto" as const, locale: document.documentElement.lang, accent: null });
  const locale = computed(() => state.value.me?.locale || look.value.locale);
  const bundle = computed(() => wordsFor(locale.value));
  const switches = computed(() => state.value.snapshot?.switches ?? {});
  const trouble = signal<string | null>(null);
  const world: World = {
    config,
    learn() {},
    phone: "",
    look,
    words: computed(() => bundle.value.panel),
    reader: computed(() => ({ words: bundle.value.ui, locale: locale.value, tz: zoneOr(state.value.me?.tz) })),
    phase: computed<Phase>(() => (state.value.me ? "known" : "asking")),
    desk: signal(desk),
    state,
    context: signal({}),
    opened: signal(true),
    folded: signal(false),
    early: signal({}),
    current: signal(conversation),
    asked: new Set(),
    place: signal("chat"),
    sign: signal(Date.now()),
    warning: signal(null),
    above: signal(null),
    trouble,
    calls: signal(null),
    switches,
    here: switches,
    now: computed(() => deviceNow.value + state.value.clockSkew),
    tell() {},
    signOut() {},
    identifyAgain() {},
    lent: { Face, ensureStarted, press },
    startNew() {},
    go() {},
    calm() {
      trouble.value = null;
    },
    post: () => Promise.reject(new Error("nothing is asked for from here")),
  };
  effect(() => void fetchWords(locale.value));
  desk.open(conversation);
  return { world, desk };
}
