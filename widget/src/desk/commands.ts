// Every command of the desk, once: this table drives the shortcuts, the command bar and the keyboard overview.
import type { ClientState } from "../core/state";
import type { DeskWords } from "../core/words/desk.en";
import { acceptCall, callContact, declineCall, leaveCall, toggle } from "./call/acts";
import { places, step, teamsOf } from "./lists";
import { mayLead, type Talk } from "./model/talk";
import { nextScheme, toggleNotifications } from "./switches";
import type { World } from "./world";

export type Group = "move" | "act" | "call" | "write" | "me";
export interface Situation {
  talk: Talk | null;
  state: ClientState;
}
export interface Command {
  id: string;
  group: Group;
  keys: readonly string[];
  title(words: DeskWords): string;
  when(now: Situation): boolean;
  run(world: World): void;
}

type Short = [id: string, group: Group, keys: readonly string[], title: (words: DeskWords) => string];

const always = () => true;
const chosen = ({ talk }: Situation) => talk !== null;
const open = ({ talk }: Situation) => talk !== null && talk.status !== "resolved";
const claimable = (now: Situation) => open(now) && !now.talk?.mine && (now.talk?.agent === null || mayLeadNow(now));
const leading = (now: Situation) => open(now) && now.talk?.agent !== null && mayLeadNow(now);
const mayLeadNow = ({ talk, state }: Situation) => talk !== null && mayLead(state, talk);

const command = ([id, group, keys, title]: Short, when: Command["when"], run: Command["run"]): Command => ({
  id,
  group,
  keys,
  title,
  when,
  run,
});

const ringing = ({ state }: Situation) => Object.keys(state.rings).length > 0;
const calling = ({ state }: Situation) => Object.keys(state.calls).length > 0;
const callable = (now: Situation) =>
  open(now) && now.talk?.mine === true && !calling(now) && now.state.snapshot?.switches.call !== false;

/** There is a call, and a place in it. */
const roomy = ({ state }: Situation) =>
  Object.values(state.calls).some(({ pairs, participants, invited, most }) => {
    const there = participants.filter(({ presence }) => presence !== "left").length + invited.length;
    return pairs.length > 0 && there < most;
  });

const write = (mode: "message" | "note") => (world: World) => {
  const conversation = world.view.peek().chosen;
  if (conversation === null) return;
  world.dispatch({ kind: "mode", conversation, mode });
  world.dispatch({ kind: "focus", part: "composer" });
};

const fixed: Command[] = [
  command(["next", "move", ["j"], (w) => w.next], always, (world) => step(world, 1)),
  command(["previous", "move", ["k"], (w) => w.previous], always, (world) => step(world, -1)),
  command(["search", "move", ["/"], (w) => w.search], always, (world) =>
    world.dispatch({ kind: "bar", bar: "search" }),
  ),
  command(["bar", "move", ["mod+k"], (w) => w.commandBar], always, (world) => {
    world.dispatch({ kind: "bar", bar: world.view.peek().bar === "closed" ? "commands" : "closed" });
  }),
  command(["claim", "act", ["c"], (w) => w.claim], claimable, (world) => void world.acts.claim()),
  command(["hand_off", "act", ["h"], (w) => w.handOff], leading, (world) =>
    world.dispatch({ kind: "dialog", dialog: { kind: "hand_off" } }),
  ),
  command(["call", "call", ["p"], (w) => w.call], callable, (world) => void callContact(world)),
  command(["accept_call", "call", ["a"], (w) => w.acceptCall], ringing, (world) => void acceptCall(world)),
  command(["decline_call", "call", ["d"], (w) => w.declineCall], ringing, (world) => void declineCall(world)),
  command(["mute", "call", ["m"], (w) => w.muteCall], calling, (world) => toggle(world, "voice")),
  command(["camera", "call", ["v"], (w) => w.cameraCall], calling, (world) => toggle(world, "camera")),
  command(["share", "call", ["s"], (w) => w.shareCall], calling, (world) => toggle(world, "screen")),
  command(["invite", "call", ["shift+p"], (w) => w.inviteCall], roomy, (world) =>
    world.dispatch({ kind: "dialog", dialog: { kind: "invite" } }),
  ),
  command(["leave_call", "call", ["x"], (w) => w.leaveCall], calling, leaveCall),
  command(
    ["wait", "act", ["w"], (w) => w.wait],
    (now) => open(now) && now.talk?.mine === true,
    (world) => world.dispatch({ kind: "dialog", dialog: { kind: "wait" } }),
  ),
  command(["resolve", "act", ["e"], (w) => w.resolve], leading, (world) => void world.acts.resolve()),
  command(["resolve_quietly", "act", [], (w) => w.resolveQuietly], leading, (world) => void world.acts.resolve(false)),
  command(["release", "act", ["u"], (w) => w.release], leading, (world) => void world.acts.release()),
  command(
    ["reopen", "act", ["shift+e"], (w) => w.reopen],
    ({ talk }) => talk?.status === "resolved",
    (world) => void world.acts.reopen(),
  ),
  ...(["normal", "high", "care_blocked"] as const).map((urgency) =>
    command(
      [`urgency_${urgency}`, "act", [], (w) => w.setUrgency(urgencyName(w, urgency))],
      (now) => open(now) && now.talk?.urgency !== urgency,
      (world) => void world.acts.urgency(urgency),
    ),
  ),
  command(["reply", "write", ["r"], (w) => w.writeReply], chosen, write("message")),
  command(["note", "write", ["n"], (w) => w.writeNote], chosen, write("note")),
  command(["open_for", "write", ["o"], (w) => w.openFor], always, (world) =>
    world.dispatch({ kind: "dialog", dialog: { kind: "open" } }),
  ),
  command(["details", "me", ["i"], (w) => w.toggleDetails], chosen, (world) =>
    world.dispatch({ kind: "details", open: !world.view.peek().details }),
  ),
  command(["scheme", "me", [], (w) => w.toggleScheme], always, (world) => nextScheme(world)),
  command(["sound", "me", [], (w) => w.toggleSound], always, ({ preferences }) => {
    preferences.value = { ...preferences.peek(), sound: !preferences.peek().sound };
  }),
  command(
    ["notifications", "me", [], (w) => w.toggleNotifications],
    always,
    (world) => void toggleNotifications(world),
  ),
  ...(["available", "busy", "break", "training", "off"] as const).map((state) =>
    command(
      [`state_${state}`, "me", [], (w) => w.setState(stateName(w, state))],
      (now) => now.state.me?.kind === "agent" && stateOf(now.state) !== state,
      (world) => void world.acts.state(state, stateName(world.words, state)),
    ),
  ),
  command(["log_off", "me", [], (w) => w.logOff], always, (world) => world.logOff()),
  command(["keys", "me", ["?"], (w) => w.overview], always, (world) =>
    world.dispatch({ kind: "dialog", dialog: { kind: "keys" } }),
  ),
];

/** All commands, those that go to a list (one for each of the agent's teams) among them. */
export function commandsOf(words: DeskWords, state: ClientState): Command[] {
  const going = places(words, teamsOf(state)).map(({ list, name, keys }) =>
    command([`go_${list}`, "move", keys ? [keys] : [], (w) => w.goTo(name)], always, (world) => {
      world.dispatch({ kind: "list", list });
      world.dispatch({ kind: "focus", part: "list" });
    }),
  );
  return [...fixed.slice(0, 4), ...going, ...fixed.slice(4)];
}

/** Find one command by its name. */
export function commandNamed(id: string): Command {
  const found = fixed.find((each) => each.id === id);
  if (!found) throw new Error(`no command ${id}`);
  return found;
}

export const agentStates = ["available", "busy", "break", "training", "off"] as const;

/** An agent's state in words. */
export function stateName(words: DeskWords, state: string): string {
  const names: Record<string, string> = {
    available: words.available,
    busy: words.busy,
    break: words.onBreak,
    training: words.training,
    off: words.off,
  };
  return names[state] ?? words.off;
}

/** The state of the agent who looks: what presence said last, else what the log-in said. */
export function stateOf(state: ClientState): string {
  return state.me?.kind === "agent" ? (state.agents[state.me.id] ?? state.me.state) : "off";
}

export function urgencyName(words: DeskWords, urgency: string): string {
  if (urgency === "care_blocked") return words.urgencyBlocked;
  return urgency === "high" ? words.urgencyHigh : words.urgencyNormal;
}
