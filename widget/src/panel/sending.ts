// What happens when the person sends: a conversation begins with its first message, in one stroke.
import { effect } from "@preact/signals";
import type { Desk } from "../browser/run";
import type { SendBody, Urgency } from "../core/frames";
import { hasBegun } from "./choice";
import { putBack } from "./unsent";
import type { World } from "./world";

const TOPIC_MAX = 80; // of the protocol

/** Begin a conversation if it has not begun: what the EHR said goes along, and the topic is its module. */
export function ensureStarted(
  world: World,
  desk: Desk,
  conversation: string,
  urgency: Urgency = "normal",
): Promise<boolean> {
  const known = begun.get(conversation);
  if (known) return known;
  if (hasBegun(world.state.peek()?.timelines[conversation])) return Promise.resolve(true);
  const context = world.context.peek();
  const fields = { context, topic: (context.module ?? "").slice(0, TOPIC_MAX), urgency, channel: "panel" };
  const started = desk.act("start", conversation, fields).then((answer) => {
    if (answer.ok) world.tell({ type: "event", name: "conversation:started", detail: {} });
    else begun.delete(conversation);
    return answer.ok;
  });
  begun.set(conversation, started);
  desk.open(conversation);
  return started;
}

/** Starts that were given to the link in this page's life: a second one would be a second question. */
const begun = new Map<string, Promise<boolean>>();

export function sendMessage(world: World, conversation: string, body: SendBody): void {
  const act = (desk: Desk) => {
    void ensureStarted(world, desk, conversation);
    desk.send(conversation, "message", body);
    world.tell({ type: "event", name: "message:sent", detail: {} });
  };
  whenLinked(world, act, () => {
    world.early.value = { [conversation]: putBack(body.text, world.early.peek()[conversation]) };
  });
}

/** Act as soon as the code of the link is here, if the person is still there by then; `give back` if they may be. */
function whenLinked(world: World, act: (desk: Desk) => void, giveBack: () => void): void {
  const ready = world.desk.peek();
  if (ready) {
    act(ready);
    return;
  }
  const person = world.current.peek();
  const stop = effect(() => {
    const [desk, phase] = [world.desk.value, world.phase.value];
    if (!desk && phase === "asking") return;
    queueMicrotask(() => {
      stop();
      if (world.current.peek() !== person) return;
      if (desk) act(desk);
      else if (phase === "unconfirmed") giveBack();
    });
  });
}

/** Say that patient care is blocked: past the queue, people are paged. */
export async function sayCareIsBlocked(world: World): Promise<boolean> {
  const desk = world.desk.peek();
  const conversation = world.current.peek();
  if (!desk) return false;
  if (!hasBegun(world.state.peek()?.timelines[conversation]) && !begun.has(conversation))
    return ensureStarted(world, desk, conversation, "care_blocked");
  return (await desk.act("urgency", conversation, { urgency: "care_blocked" })).ok;
}
