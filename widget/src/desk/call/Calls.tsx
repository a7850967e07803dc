import type { FunctionComponent, VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { Phone } from "../../browser/phone";
import { phoneOf } from "../../browser/phones";
import type { Into, RingFrame } from "../../core/callFrames";
import type { CallWords } from "../../core/words/call.en";
import { Button } from "../../ui/Button";
import { answeredAt, Card, EndCard } from "../../ui/call/Cards";
import { Stage } from "../../ui/call/Stage";
import { cardLine } from "../../ui/call/Tiles";
import { wearCall } from "../../ui/call/wear";
import { callWords } from "../../ui/call/words";
import { Face } from "../../ui/Face";
import { Phone as PhoneSign } from "../../ui/icons";
import { announce } from "../../ui/LiveRegion";
import { choose } from "../lists";
import { Keys } from "../parts/Keys";
import { useWorld, type World } from "../world";
import { acceptCall, callContact, declineCall } from "./acts";
import { Looking } from "./Looking";
import { GoesOn, goesOn, InviteControl, useNotJoined } from "./Third";

/** What the desk has once there was a call. */
export interface DeskCalls {
  phone: Phone;
  Over: FunctionComponent; // above everything: whatever rings, and a call whose conversation is not open
  Within: FunctionComponent<{ conversation: string }>;
}

export function callsOf(world: World): DeskCalls {
  wearCall();
  const phone = phoneOf(world.desk);
  phone.around = async () => (await import("./around")).aroundDesk(world);
  return { phone, Over, Within };
}

function useCalls(): { phone: Phone; words: CallWords | null; world: World } {
  const world = useWorld();
  return { world, phone: phoneOf(world.desk), words: callWords(world.reader.words.locale) };
}

function Over(): VNode | null {
  const { world, phone, words } = useCalls();
  const state = world.desk.state.value;
  const carried = phone.carried.value;
  const rings = Object.values(state.rings).filter(({ until }) => until > world.now.value);
  useComeBack(world, phone);
  if (!words) return null;
  return (
    <>
      <div class="call-rings">
        {rings.map((ring) => (
          <Ring key={ring.call} ring={ring} words={words} phone={phone} />
        ))}
      </div>
      {carried && carried.conversation !== world.view.value.chosen ? (
        <div class="call-strip">
          <Running />
        </div>
      ) : null}
    </>
  );
}

/** Who calls, from where; or who asks one into a call, with whom, and what about. One key answers. */
function Ring({ ring, words, phone }: { ring: RingFrame; words: CallWords; phone: Phone }): VNode {
  const world = useWorld();
  const { by, into } = ring;
  const title = into ? world.words.asksYouIn(by.name) : words.rings(by.name);
  useEffect(() => announce(title), [title]);
  const where = by.kind === "contact" ? [by.role, by.organization?.name] : [cardLine(by, world.reader.locale)];
  const wants = ring.wants.includes("screen") ? "screen" : ring.wants.includes("camera") ? "camera" : "voice";
  return (
    <Card
      title={title}
      lines={[where.filter(Boolean).join(" · "), ...(into ? aboutOf(into, by.name, world) : [words.ringsWants[wants]])]}
    >
      {into ? <Button onClick={() => choose(world, ring.conversation)}>{world.words.lookFirst}</Button> : null}
      <Button aria-keyshortcuts="d" onClick={() => void declineCall(world, ring)}>
        {words.decline} <Keys keys="d" />
      </Button>
      <Button
        look="primary"
        aria-keyshortcuts="a"
        disabled={phone.busy.value}
        onClick={() => void acceptCall(world, ring)}
      >
        <PhoneSign size={16} />
        {words.accept} <Keys keys="a" />
      </Button>
    </Card>
  );
}

function aboutOf({ people, reference, topic }: Into, by: string, { words, reader }: World): string[] {
  const others = people
    .filter(({ name }) => name !== by)
    .map((one) => [one.name, cardLine(one, reader.locale)].filter(Boolean).join(", "));
  return [words.callWithPeople(others.join("; ")), [reference, topic].filter(Boolean).join(" · ")];
}

/** The call of the conversation that is open: it runs here, could be joined here, or has ended. */
function Within({ conversation }: { conversation: string }): VNode | null {
  const { world, phone, words } = useCalls();
  const carried = phone.carried.value;
  if (carried) return carried.conversation === conversation ? <Running /> : null;
  if (!words) return null;
  const state = world.desk.state.value;
  const running = Object.values(state.calls).find((call) => call.conversation === conversation);
  if (running)
    return (
      <Card title={words.resume} lines={[]}>
        <Button look="primary" onClick={() => phone.takeOver(running)}>
          {words.joinHere}
        </Button>
      </Card>
    );
  const ending = phone.ending.value;
  if (ending?.conversation !== conversation) return null;
  const items = state.timelines[conversation]?.items ?? [];
  if (goesOn(ending, items)) return <GoesOn ending={ending} items={items} phone={phone} ok={words.ok} />;
  return <EndCard ending={ending} phone={phone} items={items} words={words} again={() => void callContact(world)} />;
}

function Running(): VNode | null {
  const { world, phone, words } = useCalls();
  const carried = phone.carried.value;
  useNotJoined(world, carried);
  if (!carried || !words) return null;
  const line = world.desk.state.value.timelines[carried.conversation];
  return (
    <Stage
      carried={carried}
      words={words}
      locale={world.reader.locale}
      Face={Face}
      Looking={Looking}
      rings={line?.contact?.name ?? ""}
      since={answeredAt(line?.items ?? [], carried.call)}
      now={world.now.value}
      offers={{ more: <InviteControl /> }}
    />
  );
}

/** After a reload this tab takes its call up again by itself, and shows its conversation. */
function useComeBack(world: World, phone: Phone): void {
  const frame = phone.mine(world.desk.state.value.calls);
  useEffect(() => {
    if (!frame || phone.carried.peek()) return;
    phone.takeOver(frame);
    world.dispatch({ kind: "choose", conversation: frame.conversation, row: null, place: 0 });
  }, [frame, phone, world]);
}
