import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ClientState } from "../../core/state";
import type { DeskWords } from "../../core/words/desk.en";
import { stateName } from "../commands";
import { useKept } from "../kept";
import { teamName } from "../lists";
import { packetPlace } from "../model/drafts";
import { ranked } from "../model/matching";
import { nextTeams } from "../model/nextTeams";
import type { Talk } from "../model/talk";
import { Dialog } from "../parts/Dialog";
import { useWorld } from "../world";
import { Area, Foot } from "./Field";
import { type Option, Picker } from "./Picker";

/** Hand a conversation to a team or a colleague, with what they need to know. */
export function HandOff({ talk, to: first }: { talk: Talk; to: string | undefined }): VNode {
  const { desk, words, acts, dispatch } = useWorld();
  const [query, setQuery] = useState("");
  const all = targets(desk.state.value, words, talk);
  const [to, setTo] = useState<Option | null>(all.find(({ id }) => id === `agent:${first}`) ?? null);
  const summary = useKept(packetPlace(talk.conversation, "summary"));
  const done = useKept(packetPlace(talk.conversation, "tried"));
  const asked = useKept(packetPlace(talk.conversation, "asked"));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const options = ranked(all, query, (option) => `${option.title} ${option.more}`);
  const close = () => dispatch({ kind: "dialog", dialog: null });
  const submit = async () => {
    setTried(true);
    if (busy || !to || summary.text.trim() === "") return;
    setBusy(true);
    const [kind, id] = split(to.id);
    const target = kind === "team" ? { to_team: id } : { to_agent: id };
    const packet = { summary: summary.text, tried: done.text, asked: asked.text };
    const ok = await acts.handOver(talk.conversation, target, to.title, packet);
    setBusy(false);
    if (!ok) return;
    for (const part of [summary, done, asked]) part.forget();
    close();
  };
  return (
    <Dialog title={words.handOffTitle(talk.contact?.name ?? talk.reference)} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Picker
          label={words.handOffFind}
          options={options}
          query={query}
          onQuery={setQuery}
          chosen={to}
          onChoose={setTo}
          none={words.handOffNone}
          problem={tried && !to ? words.handOffMissing : null}
        />
        <Area
          label={words.summary}
          hint={words.summaryHint}
          value={summary.text}
          problem={tried && summary.text.trim() === "" ? words.summaryMissing : null}
          onValue={summary.write}
        />
        <Area label={words.tried} hint={words.triedHint} value={done.text} onValue={done.write} />
        <Area label={words.asked} hint={words.askedHint} value={asked.text} onValue={asked.write} />
        <Foot label={words.handOff} busy={busy} />
      </form>
    </Dialog>
  );
}

const split = (id: string): [string, string] => [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];

/** Teams first, the likeliest before the others, then colleagues, those who are available before the others. */
function targets(state: ClientState, words: DeskWords, talk: Talk): Option[] {
  const now = (agent: { id: string; state: string }) => state.agents[agent.id] ?? agent.state;
  const teams = nextTeams(state.snapshot?.teams ?? [], talk.team?.id ?? null).map((team) => ({
    id: `team:${team.id}`,
    title: teamName(words, team),
    more: words.team,
  }));
  const colleagues = (state.snapshot?.agents ?? [])
    .filter(({ id }) => id !== talk.agent?.id)
    .sort((a, b) => Number(now(b) === "available") - Number(now(a) === "available") || a.level - b.level)
    .map((agent) => ({
      id: `agent:${agent.id}`,
      title: agent.name,
      more: `${words.level(agent.level)} · ${agent.employer} · ${stateName(words, now(agent))}`,
      state: now(agent),
    }));
  return [...teams, ...colleagues];
}
