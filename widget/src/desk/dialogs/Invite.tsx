import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CallState } from "../../core/callState";
import type { ClientState } from "../../core/state";
import type { DeskWords } from "../../core/words/desk.en";
import { inviteToCall } from "../call/acts";
import { stateName } from "../commands";
import { teamName } from "../lists";
import { ranked } from "../model/matching";
import { Dialog } from "../parts/Dialog";
import { useWorld } from "../world";
import { Foot } from "./Field";
import { type Option, Picker } from "./Picker";

/** Ask a colleague into the call that runs here: found by name, team, level or employer, who is available first. */
export function Invite(): VNode | null {
  const world = useWorld();
  const { desk, words, dispatch, calls } = world;
  const [query, setQuery] = useState("");
  const [to, setTo] = useState<Option | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const carried = calls.value?.phone.carried.value;
  const close = () => dispatch({ kind: "dialog", dialog: null });
  useEffect(() => {
    if (!carried) close(); // it has ended meanwhile
  }, [carried]);
  if (!carried) return null;
  const label = ({ title, more, found }: Colleague) => `${title} ${more} ${found}`;
  const options = ranked(colleagues(desk.state.value, carried.state.value, words), query, label);
  const contact = carried.state.value.others.find(({ kind }) => kind === "contact");
  const submit = async () => {
    setTried(true);
    if (busy || !to) return;
    setBusy(true);
    const asked = await inviteToCall(world, carried, to.id, to.title);
    setBusy(false);
    if (asked) close();
  };
  return (
    <Dialog title={words.inviteTitle} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Picker
          label={words.inviteFind}
          options={options}
          query={query}
          onQuery={setQuery}
          chosen={to}
          onChoose={setTo}
          none={words.inviteNone}
          problem={tried && !to ? words.inviteMissing : null}
        />
        <p class="field-hint">{words.inviteHint(contact?.name ?? words.theContact)}</p>
        <Foot label={words.inviteAsk} busy={busy} />
      </form>
    </Dialog>
  );
}

interface Colleague extends Option {
  found: string; // what they are also found by
}

/** Who is not in the call and not asked yet, those who are available before the others, then by level. */
function colleagues(state: ClientState, call: CallState, words: DeskWords): Colleague[] {
  const { agents = [], teams = [] } = state.snapshot ?? {};
  const now = (agent: { id: string; state: string }) => state.agents[agent.id] ?? agent.state;
  const inIt = new Set(call.others.map(({ name, employer }) => `${name} ${employer}`));
  const asked = new Set([...call.invited.map(({ id }) => id), state.me?.id]);
  return agents
    .filter(({ id, name, employer }) => !asked.has(id) && !inIt.has(`${name} ${employer}`))
    .sort((a, b) => Number(now(b) === "available") - Number(now(a) === "available") || a.level - b.level)
    .map((agent) => ({
      id: agent.id,
      title: agent.name,
      more: `${words.level(agent.level)} · ${agent.employer} · ${stateName(words, now(agent))}`,
      found: teams.flatMap((team) => (agent.teams.includes(team.id) ? [teamName(words, team)] : [])).join(" "),
      state: now(agent),
    }));
}
