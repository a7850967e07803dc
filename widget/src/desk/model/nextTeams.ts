// Where a conversation most likely goes next.
import type { Team } from "../../core/frames";

/** Teams in the order in which a hand-off offers them: the next level up first, where the conversation is last. */
export function nextTeams(teams: readonly Team[], now: string | null): Team[] {
  const from = teams.find(({ id }) => id === now);
  if (!from) return [...teams];
  const steps = ({ id, level }: Team) => {
    if (id === from.id) return Number.POSITIVE_INFINITY;
    return level > from.level ? level - from.level : 100 + from.level - level;
  };
  return [...teams].sort((one, other) => steps(one) - steps(other) || 0);
}
