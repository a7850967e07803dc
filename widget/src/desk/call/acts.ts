// What an agent does about calls, by key, by button or from the command bar.

import type { Carried } from "../../browser/carried";
import type { RingFrame } from "../../core/callFrames";
import type { Device } from "../../core/callState";
import { refusalWords } from "../acts";
import { choose } from "../lists";
import type { World } from "../world";
import { loadCalls } from "./follow";

type Answer = Awaited<ReturnType<World["desk"]["act"]>>;

function told(world: World, answer: Answer): boolean {
  const { words, acts, reader, dispatch } = world;
  if (answer.ok) {
    dispatch({ kind: "dismiss", id: "call" });
    return true;
  }
  const winner = (answer.detail as { winner?: unknown } | null)?.winner;
  const said = answer.code === "already_accepted" && typeof winner === "string" && winner;
  const text = said ? words.callLost(said) : refusalWords({ desk: words, refusals: reader.words.refusal }, answer);
  acts.say(text, { bad: true, id: "call" });
  return false;
}

/** Ring the contact of the conversation that is open. */
export async function callContact(world: World): Promise<void> {
  const conversation = world.view.peek().chosen;
  const calls = await loadCalls(world);
  if (conversation !== null && calls) told(world, await calls.phone.request(conversation));
}

const firstRing = (world: World): RingFrame | null => Object.values(world.desk.state.peek().rings)[0] ?? null;

/** Take the call that rings, and open its conversation. */
export async function acceptCall(world: World, ring: RingFrame | null = firstRing(world)): Promise<void> {
  const calls = await loadCalls(world);
  if (!ring || !calls) return;
  if (!told(world, await calls.phone.accept(ring))) return;
  choose(world, ring.conversation);
}

export async function declineCall(world: World, ring: RingFrame | null = firstRing(world)): Promise<void> {
  const calls = await loadCalls(world);
  if (ring && calls) told(world, await calls.phone.decline(ring));
}

/** Ring a colleague for the call that runs here. What speaks against it stands in the dialog that asked. */
export async function inviteToCall(world: World, carried: Carried, agent: string, name: string): Promise<boolean> {
  const { words, acts, desk, reader, dispatch } = world;
  const answer = await desk.act("call.invite", carried.conversation, { call: carried.call, agent });
  if (answer.ok) {
    dispatch({ kind: "dismiss", id: "act" });
    return true;
  }
  const unknown = answer.code === "unknown_target";
  const text = unknown
    ? words.inviteCannot(name)
    : refusalWords({ desk: words, refusals: reader.words.refusal }, answer);
  acts.say(text, { bad: true, id: "act" });
  return false;
}

/** Switch microphone, camera or screen of the running call. */
export function toggle(world: World, device: Device): void {
  const carried = world.calls.peek()?.phone.carried.peek();
  if (carried) carried.want(device, !carried.state.peek().mine[device]);
}

export function leaveCall(world: World): void {
  world.calls.peek()?.phone.carried.peek()?.leave();
}
