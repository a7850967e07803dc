// A colleague in a call at the desk: how they are asked in, that they do not come, and that the call goes on with them.
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Carried } from "../../browser/carried";
import type { Ending, Phone } from "../../browser/phone";
import type { AgentCard } from "../../core/frames";
import type { Item } from "../../core/state";
import { Button } from "../../ui/Button";
import { Control } from "../../ui/call/Bar";
import { Card } from "../../ui/call/Cards";
import { People } from "../../ui/icons";
import { commandNamed } from "../commands";
import { useWorld, type World } from "../world";

export function InviteControl(): VNode | null {
  const world = useWorld();
  const command = commandNamed("invite");
  const { words, desk } = world;
  if (!command.when({ talk: null, state: desk.state.value })) return null;
  return <Control icon={People} label={words.inviteShort} name={words.inviteCall} onClick={() => command.run(world)} />;
}

/** Say of whoever was asked in that they do not come. */
export function useNotJoined(world: World, carried: Carried | null): void {
  const before = useRef<AgentCard[]>([]);
  const state = carried?.state.value;
  const invited = state?.invited;
  useEffect(() => {
    const is = (card: AgentCard) => (one: { name: string; employer?: string }) =>
      one.name === card.name && one.employer === card.employer;
    for (const card of invited ? before.current : [])
      if (!invited?.some(is(card)) && !state?.others.some(is(card)))
        world.acts.say(world.words.notJoined(card.name), { id: "call" });
    before.current = invited ?? [];
  }, [invited]);
}

const colleagueIn = ({ others }: Ending) => others.find(({ kind }) => kind === "agent");

/** Whether a call that ended here goes on between a colleague and the contact. */
export function goesOn(ending: Ending, items: readonly Item[]): boolean {
  const over = items.some(({ kind, facts }) => kind === "call_ended" && facts.call === ending.call);
  return ending.over === "left" && !over && colleagueIn(ending) !== undefined;
}

interface GoesOnProps {
  ending: Ending;
  items: readonly Item[];
  phone: Phone;
  ok: string;
}

/** One has left, the others talk on: whose the conversation is, and the way to hand it to who talks on. */
export function GoesOn({ ending, items, phone, ok }: GoesOnProps): VNode {
  const { words, talk, dispatch } = useWorld();
  const mine = talk.value?.mine === true;
  const colleague = colleagueIn(ending);
  const joined = [...items]
    .reverse()
    .find(
      ({ kind, facts, author }) =>
        kind.startsWith("call_") && facts.call === ending.call && facts.agent && author.name === colleague?.name,
    );
  const to = (joined?.facts.agent as AgentCard | undefined)?.id;
  const names = ending.others.map(({ name }) => name).join(", ");
  return (
    <Card title={words.callGoesOn(names)} past lines={[mine ? words.stillYours : ""]}>
      <Button onClick={() => phone.read()}>{ok}</Button>
      {mine && to ? (
        <Button look="primary" onClick={() => dispatch({ kind: "dialog", dialog: { kind: "hand_off", to } })}>
          {words.handTo(colleague?.name ?? "")}
        </Button>
      ) : null}
    </Card>
  );
}
