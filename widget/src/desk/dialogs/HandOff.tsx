import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { ClientState } from "../../core/state";
import type { DeskWords } from "../../core/words/desk.en";
import { useKept } from "../kept";
import { teamName } from "../lists";
import { packetPlace } from "../model/drafts";
import { ranked } from "../model/matching";
import { nextTeams } from "../model/nextTeams";
import type { Talk } from "../model/talk";
import { useWorld } from "../world";
import { colleagues } from "./colleagues";
import { Area } from "./Field";
import type { Option } from "./Picker";
import { PickForm } from "./PickForm";

/** Hand a conversation to a team or a colleague, with what they need to know. */
export function HandOff({ talk, to: first }: { talk: Talk; to: string | undefined }): VNode {
  const { desk, words, acts } = useWorld();
  const [query, setQuery] = useState("");
  const all = targets(desk.state.value, words, talk);
  const summary = useKept(packetPlace(talk.conversation, "summary"));
  const done = useKept(packetPlace(talk.conversation, "tried"));
  const asked = useKept(packetPlace(talk.conversation, "asked"));
  const complete = summary.text.trim() !== "";
  const send = async (to: Option) => {
    const [kind, id] = split(to.id);
    const target = kind === "team" ? { to_team: id } : { to_agent: id };
    const packet = { summary: summary.text, tried: done.text, asked: asked.text };
    const ok = await acts.handOver(talk.conversation, target, to.title, packet);
    if (ok) for (const part of [summary, done, asked]) part.forget();
    return ok;
  };
  return (
    <PickForm
      title={words.handOffTitle(talk.contact?.name ?? talk.reference)}
      find={words.handOffFind}
      options={ranked(all, query, (option) => `${option.title} ${option.more}`)}
      none={words.handOffNone}
      missing={words.handOffMissing}
      query={query}
      onQuery={setQuery}
      first={all.find(({ id }) => id === `agent:${first}`) ?? null}
      complete={complete}
      label={words.handOff}
      send={send}
    >
      {(tried) => (
        <>
          <Area
            label={words.summary}
            hint={words.summaryHint}
            value={summary.text}
            problem={tried && !complete ? words.summaryMissing : null}
            onValue={summary.write}
          />
          <Area label={words.tried} hint={words.triedHint} value={done.text} onValue={done.write} />
          <Area label={words.asked} hint={words.askedHint} value={asked.text} onValue={asked.write} />
        </>
      )}
    </PickForm>
  );
}

const split = (id: string): [string, string] => [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];

/** Teams first, the likeliest before the others, then colleagues. */
function targets(state: ClientState, words: DeskWords, talk: Talk): Option[] {
  const teams = nextTeams(state.snapshot?.teams ?? [], talk.team?.id ?? null).map((team) => ({
    id: `team:${team.id}`,
    title: teamName(words, team),
    more: words.team,
  }));
  const people = colleagues(state, words, ({ id }) => id !== talk.agent?.id);
  return [...teams, ...people.map((one) => ({ ...one, id: `agent:${one.id}` }))];
}
