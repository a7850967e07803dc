// Before a call rings: what stands in its way is said, and nobody who wants to call is kept from it. Once a day at most.
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { hears, look, until } from "../../browser/equipment";
import type { Phone } from "../../browser/phone";
import type { Desk } from "../../browser/run";
import { CheckList } from "../../check/CheckList";
import { change, checkWords, said } from "../../check/said";
import { wearCheck } from "../../check/wear";
import { type Found, hinders, isSame, type Result, UNTESTED } from "../../core/equipment";
import { Button } from "../../ui/Button";
import type { World } from "../world";
import { checking } from "./asked";
import { keep, kept } from "./kept";

const QUICKLY = 250; // a browser that does not answer by then is not waited for
const LISTEN = 3_000;

/** Look at what can be seen without opening anything. True: a card says what is amiss, and asks. */
export async function hindered(world: World, call: () => void): Promise<boolean> {
  const slow = new Promise<"ready">((done) => setTimeout(() => done("ready"), QUICKLY));
  const microphone = await Promise.race([look("microphone"), slow]);
  if (!hinders(microphone) || kept().passed === microphone) return false;
  const anyway = () => {
    keep({ passed: microphone });
    call();
  };
  checking.value = <Hindrance world={world} code={microphone} call={anyway} />;
  return true;
}

/** Open the whole check: every step, and its result goes to the agent. */
export function openCheck(world: World): void {
  const done = (found: Found) => {
    keep({ found });
    const [desk, conversation] = [world.desk.peek(), world.current.peek()];
    const timeline = desk?.state.peek().timelines[conversation];
    if (desk && timeline?.seq && timeline.status !== "resolved") attach(desk, conversation, found);
  };
  const words = checkWords(world.reader.peek().locale);
  checking.value = (
    <section class="check-card" aria-label={words.title}>
      <CheckList words={words} origin={location.origin} ask={world.post} begun onDone={done}>
        <Button onClick={close}>{words.stop}</Button>
      </CheckList>
    </section>
  );
}

/** While it rings: whether the microphone that the call opened gives anything. The agent reads it before answering. */
export async function tell(desk: Desk, phone: Phone, conversation: string): Promise<void> {
  const before = kept().found ?? UNTESTED;
  const [microphone, camera] = await Promise.all([listen(phone), look("camera")]);
  const worked = before.camera === "works" && camera === "ready";
  attach(desk, conversation, {
    ...before,
    microphone,
    camera: worked ? "works" : (camera as Found["camera"]),
  });
}

async function listen(phone: Phone): Promise<Found["microphone"]> {
  await until(QUICKLY * 4, 50, () => phone.carried.peek()?.voice !== undefined);
  const track = phone.carried.peek()?.voice;
  if (!track) {
    const code = phone.carried.peek()?.state.peek().trouble.voice ?? (await look("microphone"));
    return (code === "lost" ? "missing" : code) as Found["microphone"];
  }
  // Not heard in a quiet room is no finding; muted by its own switch is one.
  if (await hears(new MediaStream([track]), () => undefined, LISTEN)) return "works";
  return track.muted ? "silent" : "ready";
}

/** Once: what the timeline says already is not said again. */
function attach(desk: Desk, conversation: string, found: Found): void {
  const items = desk.state.peek().timelines[conversation]?.items ?? [];
  const last = items.filter(({ kind }) => kind === "equipment").pop();
  const { microphone, camera, line, relay, echo } = (last?.facts ?? {}) as Partial<Found>;
  if (isSame({ microphone, camera, line, relay, echo } as Found, found)) return;
  void desk.act("equipment", conversation, { ...found });
}

function close(): void {
  checking.value = null;
}

interface HindranceProps {
  world: World;
  code: string;
  call(): void;
}

function Hindrance({ world, code, call }: HindranceProps): VNode {
  useEffect(wearCheck, []);
  const words = checkWords(world.reader.value.locale);
  const result: Result = { step: "microphone", state: "bad", code };
  const todo = change(result, words, { origin: location.origin, framed: window.parent !== window, places: {} });
  const anyway = () => {
    close();
    call();
  };
  return (
    <section class="call-card check-before" aria-label={words.before.title}>
      <div role="alert">
        <h2>{words.before.title}</h2>
        <p>
          {words.steps.microphone}: {said(result, words)}
        </p>
        {todo ? <p>{todo}</p> : null}
        <p>{code === "denied" ? words.before.listen : words.before.elsewhere}</p>
      </div>
      <div class="check-choices">
        <Button look="primary" onClick={anyway}>
          {words.before.call}
        </Button>
        <Button onClick={close}>{words.before.write}</Button>
        <Button onClick={() => openCheck(world)}>{words.before.check}</Button>
      </div>
    </section>
  );
}
