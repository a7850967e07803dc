import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { Face } from "../ui/Face";
import { Alert, Bell, LogOut, Offline, Search, SoundOn } from "../ui/icons";
import { agentStates, commandNamed, stateName, stateOf } from "./commands";
import { loadOf } from "./model/talk";
import { Keys } from "./parts/Keys";
import { Menu, type Section } from "./parts/Menu";
import { toggleNotifications } from "./switches";
import { useWorld, type World } from "./world";

/** The bar above everything: find, how the link is, and oneself. */
export function TopBar(): VNode {
  const { words, dispatch } = useWorld();
  return (
    <header class="top">
      <span class="mark">
        <span class="mark-sign" aria-hidden="true" />
        <span class="mark-name">{words.brand}</span>
      </span>
      <button type="button" class="find" onClick={() => dispatch({ kind: "bar", bar: "commands" })}>
        <Search size={16} />
        <span class="find-long">{words.find}</span>
        <span class="find-short">{words.findShort}</span>
        <Keys keys="mod+k" />
      </button>
      <Link />
      <Me />
    </header>
  );
}

/** The state of the connection, in words; a screen reader hears it when it changes. */
function Link(): VNode {
  const { desk, words, now } = useWorld();
  const link = useComputed(() => desk.state.value.link);
  const retryAt = useComputed(() => desk.state.value.retryAt);
  const live = link.value === "live";
  const left =
    link.value === "retrying" && retryAt.value ? Math.max(0, Math.ceil((retryAt.value - now.value) / 1000)) : 0;
  const text = {
    live: words.linkLive,
    offline: words.linkOffline,
    connecting: words.linkConnecting,
    resting: words.linkConnecting,
    retrying: words.linkRetrying(left),
    ended: words.endedTitle,
  }[link.value];
  return (
    <span class={`link-state ${live ? "live" : "cut"}`}>
      {live ? null : link.value === "offline" ? <Offline size={16} /> : <Alert size={16} />}
      <span role="status" aria-live={live ? "polite" : "off"}>
        {text}
      </span>
    </span>
  );
}

function Me(): VNode {
  const world = useWorld();
  const { desk, words } = world;
  const state = desk.state.value;
  const name = state.me?.name ?? "";
  const own = stateOf(state);
  const { carried, capacity } = loadOf(state);
  const shown = (
    <>
      <span class="unseen">{words.yourState}</span>
      <span class="load num">{words.load(carried, capacity)}</span>
      <span class={`presence ${own}`} />
      <span class="state-name">{stateName(words, own)}</span>
      <span class="unseen">{name}</span>
      <Face name={name} />
    </>
  );
  return <Menu label={words.account} bare class="me" button={shown} sections={() => sections(world, own)} />;
}

function sections(world: World, own: string): Section[] {
  const { words, preferences, acts } = world;
  const { scheme, sound, notifications, enterSends, singleKeys } = preferences.peek();
  const set = (part: Partial<typeof preferences.value>) => {
    preferences.value = { ...preferences.peek(), ...part };
  };
  const toggle = (id: string, label: string, on: boolean, run: () => void) => ({ id, label, on, run });
  const schemes = { system: words.schemeSystem, light: words.schemeLight, dark: words.schemeDark };
  return [
    {
      radio: true,
      choices: agentStates.map((state) =>
        toggle(state, stateName(words, state), state === own, () => void acts.state(state, stateName(words, state))),
      ),
    },
    {
      title: words.scheme,
      radio: true,
      choices: (["system", "light", "dark"] as const).map((each) =>
        toggle(each, schemes[each], each === scheme, () => set({ scheme: each })),
      ),
    },
    {
      title: words.account,
      choices: [
        { ...toggle("sound", words.sound, sound, () => set({ sound: !sound })), icon: SoundOn },
        { ...toggle("tell", words.notifications, notifications, () => void toggleNotifications(world)), icon: Bell },
        toggle("enter", words.enterSends, enterSends, () => set({ enterSends: !enterSends })),
        toggle("keys", words.singleKeys, singleKeys, () => set({ singleKeys: !singleKeys })),
      ],
    },
    {
      choices: [
        { id: "overview", label: words.overview, keys: "?", run: () => commandNamed("keys").run(world) },
        { id: "log_off", label: words.logOff, icon: LogOut, run: () => world.logOff() },
      ],
    },
  ];
}
