// Nobody answered: it is said, and there are three ways on.
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Phone } from "../../ui/icons";
import { announce } from "../../ui/LiveRegion";
import { useWorld, type World } from "../world";
import { closeCard, openForm } from "./Form";
import { usePhoningStyle } from "./wear";
import { phoningWords } from "./words";

interface Props {
  why: "missed" | "nobodyFree";
  again(): void;
}

/** Say that nobody answered, or that nobody is free before it has rung at all. */
export function say(world: World, why: Props["why"], again: () => void): void {
  world.above.value = <Unanswered why={why} again={again} />;
}

/** Go on by chat, be phoned, or keep waiting. */
function Unanswered({ why, again }: Props): VNode {
  const world = useWorld();
  const words = phoningWords(world.reader.value.locale);
  const title = words[why];
  usePhoningStyle();
  useEffect(() => announce(title), [title]);
  const ringAgain = () => {
    closeCard(world);
    again();
  };
  return (
    <section class="card phoning" aria-label={title}>
      <h2>
        <Phone /> {title}
      </h2>
      <p>{words.choose}</p>
      <div class="choices phoning-ways">
        <Button look="primary" onClick={() => closeCard(world)}>
          {words.write}
        </Button>
        {world.switches.value.phone_me === true ? (
          <Button onClick={() => openForm(world)}>{words.phoneMe}</Button>
        ) : null}
        <Button onClick={ringAgain}>{words.again}</Button>
      </div>
    </section>
  );
}
