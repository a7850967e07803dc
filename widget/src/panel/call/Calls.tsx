import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Phone } from "../../browser/phone";
import { phoneOf } from "../../browser/phones";
import type { Desk } from "../../browser/run";
import type { CallFrame, RingFrame } from "../../core/callFrames";
import type { CallWords } from "../../core/words/call.en";
import { Button } from "../../ui/Button";
import { answeredAt, Card, EndCard, whyOver } from "../../ui/call/Cards";
import { Stage } from "../../ui/call/Stage";
import { wearCall } from "../../ui/call/wear";
import { callWords } from "../../ui/call/words";
import { announce } from "../../ui/LiveRegion";
import { cardOf } from "../moments";
import { useWorld } from "../world";
import { checking } from "./asked";
import { begin } from "./CallButton";
import { OnItsWay } from "./Elsewhere";
import { moving, stay, toPhone, toWindow } from "./moving";

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
  const mine = moving.value;
  const items = (conversation: string) => state.timelines[conversation]?.items ?? [];
  useComeBack(desk, phone);
  useChecking(desk);
  useShown(world);
  useArrived(state.calls);
  useEffect(() => {
    phone.around = async () => (await import("./around")).aroundOf(world, phone);
  }, [phone, world]);
  if (!words) return null;
  const rings = Object.values(state.rings).filter(({ until }) => until > world.now.value);
  if (carried && mine?.step === "shown") return <OnItsWay words={words} mine={mine} />;
  if (carried) {
    const agent = state.timelines[carried.conversation]?.agent;
    const offers = { window: () => void toWindow(world, carried.call), phone: () => void toPhone(world, carried.call) };
    return (
      <Stage
        carried={carried}
        words={words}
        locale={locale}
        Face={world.lent.Face}
        rings={agent?.name ?? ""}
        since={answeredAt(items(carried.conversation), carried.call)}
        now={world.now.value}
        offers={offers}
        note={mine ? <OnItsWay words={words} mine={mine} /> : <PageChanged words={words} open={offers.window} />}
      />
    );
  }
  if (rings[0]) return <RingCard ring={rings[0]} phone={phone} words={words} />;
  const running = Object.values(state.calls)[0];
  if (running) return <AwayCard frame={running} desk={desk} phone={phone} words={words} />;
  if (checking.value) return checking.value;
  const ending = phone.ending.value;
  if (!ending) return null;
  const again = () => void begin(world);
  if (whyOver(ending, items(ending.conversation)) === "missed") return <Missed phone={phone} again={again} />;
  return <EndCard ending={ending} phone={phone} items={items(ending.conversation)} words={words} again={again} />;
}

/** Nobody answered: what can be done then comes with its own code. */
function Missed({ phone, again }: { phone: Phone; again(): void }): null {
  const world = useWorld();
  useEffect(() => {
    void import("../phoning/Unanswered").then(({ say }) => say(world, "missed", again)).then(() => phone.read());
  }, []);
  return null;
}

/** The call runs, and not in this page: where, and the way back. */
function AwayCard({ frame, desk, phone, words }: AwayProps): VNode {
  const gone = frame.participants.find(({ id }) => id === frame.you)?.presence === "interrupted";
  const titles: Record<string, [string, string]> = {
    window: [words.inWindow, words.windowGone],
    phone: [words.onPhone, words.phoneGone],
  };
  const [away, lost] = titles[frame.carried ?? ""] ?? [words.resume, words.resume];
  const elsewhere = away !== words.resume;
  return (
    <Card title={gone ? lost : away} lines={elsewhere && !gone ? [words.awayHint] : []}>
      <Button onClick={() => void desk.act("call.leave", frame.conversation, { call: frame.call })}>
        {words.leaveCall}
      </Button>
      <Button look="primary" onClick={() => phone.takeOver(frame)}>
        {elsewhere ? (gone ? words.goOnHere : words.bringBack) : words.joinHere}
      </Button>
    </Card>
  );
}

interface AwayProps {
  frame: CallFrame;
  desk: Desk;
  phone: Phone;
  words: CallWords;
}

/** After the page around has changed, the way to a call that does not change with it; until it is declined. */
function PageChanged({ words, open }: { words: CallWords; open(): void }): VNode | null {
  if (!changed.value) return null;
  return (
    <Card title={words.pageChanged} lines={[words.pageChangedHint]}>
      <Button onClick={keepHere}>{words.goOnHere}</Button>
      <Button look="primary" onClick={open}>
        {words.openWindow}
      </Button>
    </Card>
  );
}

const changed = signal(false);
function keepHere(): void {
  changed.value = false;
}

/** Once it is where it was to go, nothing is on its way any more. */
function useArrived(calls: Record<string, CallFrame>): void {
  const mine = moving.value;
  const there = mine !== null && calls[mine.call]?.carried === mine.way;
  const over = mine !== null && calls[mine.call] === undefined;
  useEffect(() => {
    if (!there && !over) return;
    stay();
    keepHere();
  }, [there, over]);
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

/** A check ends with the person who began it. */
function useChecking(desk: Desk): void {
  useEffect(
    () => () => {
      checking.value = null;
    },
    [desk],
  );
}

/** After a reload this tab takes its call up again by itself. */
function useComeBack(desk: Desk, phone: Phone): void {
  const frame = phone.mine(desk.state.value.calls);
  useEffect(() => {
    if (!frame || phone.carried.peek()) return;
    changed.value = true;
    phone.takeOver(frame);
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
