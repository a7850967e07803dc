import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { AgentCard } from "../../core/frames";
import type { CallWords } from "../../core/words/call.en";
import { announce } from "../LiveRegion";
import { Card } from "./Cards";
import { cardLine } from "./Tiles";

interface Props {
  agent: AgentCard;
  words: CallWords;
  locale: string;
}

/** A colleague is asked into the call: all in it see who, of which employer, in which country, before any answer. */
export function Asked({ agent, words, locale }: Props): VNode {
  const title = words.asked(agent.name);
  const line = cardLine(agent, locale);
  useEffect(() => announce(`${title}. ${line}`), [title, line]);
  return <Card title={title} lines={[line, words.askedHint]} />;
}
