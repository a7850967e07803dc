// Colleagues to choose from, as dialogs list them.
import type { Snapshot } from "../../core/frames";
import type { ClientState } from "../../core/state";
import type { DeskWords } from "../../core/words/desk.en";
import { stateName } from "../commands";
import type { Option } from "./Picker";

type Colleague = NonNullable<Snapshot["agents"]>[number];

/** Those who are available before the others, then by level; `wanted` says who may be chosen at all. */
export function colleagues(state: ClientState, words: DeskWords, wanted: (agent: Colleague) => boolean): Option[] {
  const now = (agent: Colleague) => state.agents[agent.id] ?? agent.state;
  return (state.snapshot?.agents ?? [])
    .filter(wanted)
    .sort((a, b) => Number(now(b) === "available") - Number(now(a) === "available") || a.level - b.level)
    .map((agent) => ({
      id: agent.id,
      title: agent.name,
      more: `${words.level(agent.level)} · ${agent.employer} · ${stateName(words, now(agent))}`,
      state: now(agent),
    }));
}
