import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CallState } from "../../core/callState";
import type { ClientState } from "../../core/state";
import type { DeskWords } from "../../core/words/desk.en";
import { inviteToCall } from "../call/acts";
import { teamName } from "../lists";
import { ranked } from "../model/matching";
import { useWorld } from "../world";
import { colleagues } from "./colleagues";
import type { Option } from "./Picker";
import { PickForm } from "./PickForm";

/** Ask a colleague into the call that runs here: found by name, team, level or employer, who is available first. */
export function Invite(): VNode | null {
  const world = useWorld();
  const { desk, words, dispatch, calls } = world;
  const [query, setQuery] = useState("");
  const carried = calls.value?.phone.carried.value;
  useEffect(() => {
    if (!carried) dispatch({ kind: "dialog", dialog: null }); // it has ended meanwhile
  }, [carried, dispatch]);
  if (!carried) return null;
  const contact = carried.state.value.others.find(({ kind }) => kind === "contact");
  const teams = teamsOf(desk.state.value, words);
  const label = ({ id, title, more }: Option) => `${title} ${more} ${teams(id)}`;
  return (
    <PickForm
      title={words.inviteTitle}
      find={words.inviteFind}
      options={ranked(others(desk.state.value, carried.state.value, words), query, label)}
      none={words.inviteNone}
      missing={words.inviteMissing}
      query={query}
      onQuery={setQuery}
      label={words.inviteAsk}
      send={(to) => inviteToCall(world, carried, to.id, to.title)}
    >
      {() => <p class="field-hint">{words.inviteHint(contact?.name ?? words.theContact)}</p>}
    </PickForm>
  );
}

/** Who is not in the call and not asked yet. */
function others(state: ClientState, call: CallState, words: DeskWords): Option[] {
  const inIt = new Set(call.others.map(({ name, employer }) => `${name} ${employer}`));
  const asked = new Set([...call.invited.map(({ id }) => id), state.me?.id]);
  return colleagues(state, words, ({ id, name, employer }) => !asked.has(id) && !inIt.has(`${name} ${employer}`));
}

/** The names of an agent's teams: what they are also found by. */
function teamsOf(state: ClientState, words: DeskWords): (agent: string) => string {
  const { agents = [], teams = [] } = state.snapshot ?? {};
  return (agent) => {
    const theirs = agents.find(({ id }) => id === agent)?.teams ?? [];
    return teams.flatMap((team) => (theirs.includes(team.id) ? [teamName(words, team)] : [])).join(" ");
  };
}
