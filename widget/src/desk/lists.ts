// The lists of the left column, as data: how each is named, drawn and counted, and moving through the one shown.
import type { Team } from "../core/frames";
import type { ClientState } from "../core/state";
import type { DeskWords } from "../core/words/desk.en";
import { Alert, At, Clock, Done, Inbox, People, Person, Speech } from "../ui/icons";
import { neighbour, ordered } from "./model/rows";
import type { World } from "./world";

export interface Place {
  list: string;
  name: string;
  icon: typeof Inbox;
  keys: string | null;
  group: "work" | "team" | "archive";
}

/** The lists an agent has, in the order in which they stand. */
export function places(words: DeskWords, teams: readonly Team[]): Place[] {
  const place = (
    list: string,
    name: string,
    icon: typeof Inbox,
    keys: string | null,
    group: Place["group"],
  ): Place => ({
    list,
    name,
    icon,
    keys,
    group,
  });
  return [
    place("care_blocked", words.careBlocked, Alert, "g b", "work"),
    place("waiting", words.waiting, Inbox, "g w", "work"),
    place("mine", words.mine, Person, "g m", "work"),
    place("promised", words.promised, Clock, "g p", "work"),
    place("mentioned", words.mentions, At, "g n", "work"),
    ...teams.map((team) => place(`team:${team.id}`, teamName(words, team), People, null, "team")),
    place("all", words.all, Speech, "g a", "archive"),
    place("resolved", words.resolved, Done, "g r", "archive"),
  ];
}

/** A team's name with its level, unless the name says it already. */
export function teamName(words: DeskWords, team: Pick<Team, "name" | "level">): string {
  const level = words.level(team.level);
  return new RegExp(`\\b(${level}|L${team.level})$`, "u").test(team.name) ? team.name : `${team.name} ${level}`;
}

/** The agent's own teams; a supervisor sees every team. */
export function teamsOf(state: ClientState): Team[] {
  const all = state.snapshot?.teams ?? [];
  const me = state.me?.kind === "agent" ? state.me : null;
  return me && me.role === "agent" ? all.filter(({ id }) => me.teams.includes(id)) : all;
}

/** How many stand in a list: the server's count; of one that is always followed, and not counted there, its rows. */
export function countOf(state: ClientState, list: string): number | null {
  const held = state.lists[list];
  if (list === "mentioned" && held && !held.loading && !held.more) return held.rows.length;
  return state.counts[list] ?? held?.count ?? null;
}

/** The rows of the list that is shown, in order. */
export function shownRows(state: ClientState, list: string) {
  return ordered(list, state.lists[list]?.rows ?? []);
}

/** Choose the next or previous conversation of the shown list. */
export function step(world: World, by: 1 | -1) {
  const view = world.view.peek();
  const rows = shownRows(world.desk.state.peek(), view.list);
  const next = neighbour(rows, view.chosen, view.place, by);
  if (next !== null && next !== view.chosen) choose(world, next);
}

/** Choose a conversation of the shown list, remembering its place there. */
export function choose(world: World, conversation: string) {
  const rows = shownRows(world.desk.state.peek(), world.view.peek().list);
  const place = rows.findIndex((row) => row.conversation === conversation);
  world.dispatch({ kind: "choose", conversation, row: rows[place] ?? null, place: Math.max(0, place) });
}
