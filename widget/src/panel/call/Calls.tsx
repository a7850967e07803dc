import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Phone } from "../../browser/phone";
import { phoneOf } from "../../browser/phones";
import type { Desk } from "../../browser/run";
import type { RingFrame } from "../../core/callFrames";
import type { CallWords } from "../../core/words/call.en";
import { Button } from "../../ui/Button";
import { answeredAt, Card, EndCard } from "../../ui/call/Cards";
import { Stage } from "../../ui/call/Stage";
import { wearCall } from "../../ui/call/wear";
import { callWords } from "../../ui/call/words";
import { announce } from "../../ui/LiveRegion";
import { cardOf } from "../moments";
import { useWorld } from "../world";
import { begin } from "./CallButton";

/** The contact's calls: the one that runs, one that rings, one that can be joined here, or how the last one ended. */
function Calls(): VNode | null {
  const desk = useWorld().desk.value;
  useEffect(wearCall, []);
  return desk ? <CallsOf desk={desk} phone={phoneOf(desk)} /> : null;
}

export const calls = <Calls />;

function CallsOf({ desk, phone }: { desk: Desk; phone: Phone }): VNode | null {
  const world = useWorld();
  const locale = world.reader.value.locale;
  const words = callWords(locale);
  const state = desk.state.value;
  const carried = phone.carried.value;
  const items = (conversation: string) => state.timelines[conversation]?.items ?? [];
  useComeBack(desk, phone);
  useShown(world);
  const rings = Object.values(state.rings).filter(({ until }) => until > world.now.value);
  if (carried) {
    const agent = state.timelines[carried.conversation]?.agent;
    return (
      <Stage
        carried={carried}
        words={words}
        locale={locale}
        Face={world.lent.Face}
        rings={agent?.name ?? ""}
        since={answeredAt(items(carried.conversation), carried.call)}
        now={world.now.value}
      />
    );
  }
  if (rings[0]) return <RingCard ring={rings[0]} phone={phone} words={words} />;
  const running = Object.values(state.calls)[0];
  if (running)
    return (
      <Card title={words.resume} lines={[]}>
        <Button look="primary" onClick={() => phone.takeOver(running)}>
          {words.joinHere}
        </Button>
      </Card>
    );
  const ending = phone.ending.value;
  if (!ending) return null;
  const again = () => void begin(world);
  return <EndCard ending={ending} phone={phone} items={items(ending.conversation)} words={words} again={again} />;
}

/** An agent calls: a silent card. No device opens before 'Accept'. */
function RingCard({ ring, phone, words }: { ring: RingFrame; phone: Phone; words: CallWords }): VNode {
  const world = useWorld();
  const { by } = ring;
  const title = words.rings(by.name);
  useEffect(() => announce(title), [title]);
  const card =
    by.kind === "agent" && by.level !== undefined
      ? cardOf(
          { level: by.level, employer: by.employer ?? "", country: by.country ?? "" },
          world.words.value,
          world.reader.value.locale,
        )
      : "";
  return (
    <Card title={title} lines={[card, words.ringsHint]}>
      <Button onClick={() => void phone.decline(ring)}>{words.decline}</Button>
      <Button look="primary" disabled={phone.busy.value} onClick={() => void phone.accept(ring)}>
        {words.accept}
      </Button>
    </Card>
  );
}

/** After a reload this tab takes its call up again by itself. */
function useComeBack(desk: Desk, phone: Phone): void {
  const frame = phone.mine(desk.state.value.calls);
  useEffect(() => {
    if (frame && !phone.carried.peek()) phone.takeOver(frame);
  }, [frame, phone]);
}

/** A call is not missed because the panel is folded. Closed it stays closed: the button says that there is something. */
function useShown(world: ReturnType<typeof useWorld>): void {
  const rings = Object.keys(world.state.value?.rings ?? {}).length;
  useEffect(() => {
    if (rings === 0 || !world.folded.peek()) return;
    world.folded.value = false;
    world.tell({ type: "fold", folded: false });
  }, [rings, world]);
}
