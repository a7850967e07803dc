import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Phone } from "../browser/phone";
import type { Desk } from "../browser/run";
import type { CallFrame } from "../core/callFrames";
import type { WindowWords } from "../core/words/window.en";
import { Banner } from "../panel/Banner";
import { screenPolicy } from "../panel/call/policy";
import { hasBegun } from "../panel/choice";
import { Line } from "../panel/Line";
import { Write } from "../panel/Write";
import { type World, WorldContext } from "../panel/world";
import { nothingSpecial, type Writing } from "../panel/writing";
import { Button } from "../ui/Button";
import { answeredAt, Card, EndCard } from "../ui/call/Cards";
import { Stage } from "../ui/call/Stage";
import { callWords } from "../ui/call/words";
import { Face } from "../ui/Face";
import { LiveRegion } from "../ui/LiveRegion";
import { ReaderContext } from "../ui/reader";
import type { End } from "./Ended";
import { noteJoined, type Part } from "./pass";
import { windowWords } from "./words";

interface Props {
  world: World;
  desk: Desk;
  phone: Phone;
  part: Part;
  joins: boolean;
  end(why: End, way: string): void;
}

/** A call and its conversation, and nothing else of anybody's. */
export function App(props: Props): VNode {
  const { world, part, joins } = props;
  const [joining, setJoining] = useState(joins);
  const [chatting, setChatting] = useState(part.way === "window");
  const words = windowWords(world.reader.value.locale);
  const unread = world.state.value?.unread[part.conversation] ?? 0;
  return (
    <WorldContext.Provider value={world}>
      <ReaderContext.Provider value={world.reader.value}>
        <main class={`window ${part.way}${chatting ? " chatting" : ""}`}>
          <h1 class="unseen">{words.title}</h1>
          <CallPart {...props} joining={joining} join={() => setJoining(true)} />
          {part.way === "phone" && joining ? (
            <button
              type="button"
              class="window-chat-button"
              aria-expanded={chatting}
              onClick={() => setChatting(!chatting)}
            >
              {chatting ? words.hideChat : unread ? words.chatNew(unread) : words.chat}
            </button>
          ) : null}
          {chatting ? <Talk world={world} conversation={part.conversation} /> : null}
        </main>
        <LiveRegion />
      </ReaderContext.Provider>
    </WorldContext.Provider>
  );
}

/** The call: to be joined, running, or how it ended. */
function CallPart({
  world,
  desk,
  phone,
  part,
  joining,
  join,
  end,
}: Props & { joining: boolean; join(): void }): VNode | null {
  const locale = world.reader.value.locale;
  const words = callWords(locale);
  const own = windowWords(locale);
  const state = desk.state.value;
  const carried = phone.carried.value;
  const ending = phone.ending.value;
  const frame = state.calls[part.call];
  useJoined(phone, frame, joining && !ending, part);
  const timeline = state.timelines[part.conversation];
  const items = timeline?.items ?? [];
  const close = () => end("over", part.way);
  if (!words) return null;
  if (carried)
    return (
      <Stage
        carried={carried}
        words={{ ...words, shareOn: own.shareOn }}
        locale={locale}
        Face={Face}
        rings={timeline?.agent?.name ?? ""}
        since={answeredAt(items, carried.call)}
        now={world.now.value}
        offers={{ noScreen: !mayShare(world, part) }}
      />
    );
  if (ending) return <EndCard ending={ending} phone={phone} items={items} words={words} again={null} close={close} />;
  if (!frame) {
    const gone = state.link === "live" && state.me !== null;
    return (
      <Card title={gone ? own.over : own.opening} lines={gone ? [own.overHint] : []}>
        {gone ? <Button onClick={close}>{own.close}</Button> : null}
      </Card>
    );
  }
  if (joining) return <Card title={own.opening} lines={[]} />;
  return <Join part={part} join={join} own={own} />;
}

/** What may be shown from here: nothing of a phone, of a window what its tenant lets a contact show beside their page. */
function mayShare(world: World, part: Part): boolean {
  const allowed = world.state.value?.snapshot?.screen_window === true && screenPolicy(world) !== "tab";
  return allowed && part.way === "window";
}

/** Nothing opens before a person has said so, here. */
function Join({ part, join, own }: { part: Part; join(): void; own: WindowWords }): VNode {
  const phone = part.way === "phone";
  return (
    <section class="window-join">
      <h2>{own.onThisPhone}</h2>
      <p>{phone ? own.onThisPhoneHint : own.onlyIfAsked}</p>
      <Button look="primary" onClick={join}>
        {phone ? own.join : own.joinHere}
      </Button>
    </section>
  );
}

/**
 * Carry the call from here, as soon as it is known how it stands: once. An effect may run after the page has taken the
 * call back, with what was so before, and must not take it away again.
 */
function useJoined(phone: Phone, frame: CallFrame | undefined, joining: boolean, part: Part): void {
  const joined = useRef(false);
  useEffect(() => {
    if (!frame || !joining || joined.current) return;
    joined.current = true;
    noteJoined(part);
    phone.takeOver(frame);
  }, [frame, joining, phone, part]);
}

/** The conversation beside it. */
function Talk({ world, conversation }: { world: World; conversation: string }): VNode {
  const [writing, setWriting] = useState<Writing>(nothingSpecial);
  const timeline = world.state.value?.timelines[conversation];
  return (
    <div class="window-talk">
      <Banner />
      {timeline && hasBegun(timeline) ? (
        <>
          <div class="line">
            <Line timeline={timeline} writing={writing} setWriting={setWriting} />
          </div>
          <Write conversation={conversation} writing={writing} setWriting={setWriting} />
        </>
      ) : null}
    </div>
  );
}
