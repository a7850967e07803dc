// What the command bar offers for a query: commands that make sense now, conversations on the screen, what was said.
import type { ConversationRow } from "../core/frames";
import type { ClientState } from "../core/state";
import type { Found } from "./ask";
import { commandsOf, type Group } from "./commands";
import { ranked } from "./model/matching";
import type { World } from "./world";

export interface Entry {
  id: string;
  group: string;
  title: string;
  more: string;
  face: string | null;
  keys: string | null;
  run(): void;
}

const mostRows = 6;

/** All entries in the order in which they are shown. */
export function entriesFor(
  world: World,
  state: ClientState,
  query: string,
  found: Found[],
  commandsFirst: boolean,
): Entry[] {
  const commands = commandEntries(world, state, query);
  const rows = rowEntries(world, state, query);
  const shown = new Set(rows.map(({ id }) => id));
  const said = foundEntries(world, found).filter(({ id }) => !shown.has(id));
  return commandsFirst ? [...commands, ...rows, ...said] : [...rows, ...said, ...commands];
}

const order: Group[] = ["act", "write", "move", "me"];

/** What makes sense now, the conversation's own commands first; a query ranks them all by how well they fit. */
function commandEntries(world: World, state: ClientState, query: string): Entry[] {
  const { words } = world;
  const now = { talk: world.talk.value, state };
  const groups = {
    act: words.groupAct,
    call: words.groupCall,
    write: words.groupWrite,
    move: words.groupMove,
    me: words.groupMe,
  };
  const able = commandsOf(words, state)
    .filter((command) => command.when(now) && command.id !== "bar" && command.id !== "search")
    .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  const asked = query.trim() !== "";
  return ranked(able, query, (command) => command.title(words)).map((command) => ({
    id: `command:${command.id}`,
    group: asked ? words.commands : groups[command.group],
    title: command.title(words),
    more: "",
    face: null,
    keys: command.keys[0] ?? null,
    run: () => command.run(world),
  }));
}

function rowEntries(world: World, state: ClientState, query: string): Entry[] {
  if (query.trim() === "") return [];
  const rows = new Map<string, ConversationRow>();
  for (const list of Object.values(state.lists)) for (const row of list.rows) rows.set(row.conversation, row);
  const label = (row: ConversationRow) =>
    `${row.contact.name} ${row.reference} ${row.contact.organization.name} ${row.preview ?? ""}`;
  return ranked([...rows.values()], query, label)
    .slice(0, mostRows)
    .map((row) => rowEntry(world, row, world.words.onScreen, row.preview ?? ""));
}

function foundEntries(world: World, found: Found[]): Entry[] {
  return found.map(({ row, snippet }) => rowEntry(world, row, world.words.found, snippet));
}

function rowEntry(world: World, row: ConversationRow, group: string, words: string): Entry {
  return {
    id: `row:${row.conversation}`,
    group,
    title: `${row.contact.name} · ${row.reference}`,
    more: words || row.contact.organization.name,
    face: row.contact.name,
    keys: null,
    run: () => world.dispatch({ kind: "choose", conversation: row.conversation, row, place: 0 }),
  };
}
