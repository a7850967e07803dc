import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "../../ui/Button";
import { callFactWords } from "../../ui/call/facts";
import { Phone } from "../../ui/icons";
import { useWorld, type World } from "../world";
import { asked } from "./asked";

/** Asks for a call: one click. Not there where calls are switched off, nor while one rings or runs. */
export function CallButton(): VNode | null {
  const world = useWorld();
  const [busy, setBusy] = useState(false);
  const state = world.state.value;
  if (!state || world.switches.value.call !== true) return null;
  if (Object.keys(state.calls).length > 0 || Object.keys(state.rings).length > 0) return null;
  if (state.timelines[world.current.value]?.status === "resolved") return null;
  const call = async () => {
    if (busy) return;
    setBusy(true);
    await begin(world).finally(() => setBusy(false));
  };
  return (
    <IconButton
      icon={Phone}
      label={callFactWords(world.reader.value.locale).call}
      aria-disabled={busy}
      onClick={() => void call()}
    />
  );
}

/** Ask for a call in the conversation on the screen, which begins with it if it has not begun. */
export async function begin(world: World, sure = false): Promise<void> {
  const desk = world.desk.peek();
  const conversation = world.current.peek();
  if (!desk) return;
  asked.value = true;
  world.calm();
  const { hindered, tell } = await import("./ready");
  if (!sure && (await hindered(world, () => void begin(world, true)))) return;
  const { phoneOf } = await import("../../browser/phones");
  if (!(await world.lent.ensureStarted(world, desk, conversation))) return;
  const phone = phoneOf(desk);
  const answer = await phone.request(conversation);
  if (answer.ok) return void tell(desk, phone, conversation);
  if (answer.code === "nobody_free") {
    const { say } = await import("../phoning/Unanswered");
    return say(world, "nobodyFree", () => void begin(world, true));
  }
  const words = callFactWords(world.reader.peek().locale);
  world.trouble.value = words.refusals[answer.code] ?? words.refused;
}

/** Check this workstation, without a call. */
export async function checkFirst(world: World): Promise<void> {
  asked.value = true;
  const { openCheck } = await import("./ready");
  openCheck(world);
}
