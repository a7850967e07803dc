// Who is in a call, as one of them sees it. Pure.
import { type CallFrame, type CallPresence, type Participant, ROOM } from "./callFrames";
import type { Other, Way } from "./callState";
import type { Watch } from "./watch";

/** Everybody but me who has not left, and how the way to them stands. */
export function othersIn(frame: CallFrame, watches: ReadonlyMap<string, Watch>): Other[] {
  return frame.participants
    .filter(({ id, presence }) => id !== frame.you && presence !== "left")
    .map((one): Other => ({ ...one, way: wayOf(watches.get(one.id)) }));
}

/** How everybody stands to it. To a contact no agent is there whose card they have not seen: no media flow before. */
export function presences(frame: CallFrame, shown: ReadonlySet<string>): Map<string, CallPresence> {
  const contact = frame.participants.some(({ id, kind }) => id === frame.you && kind === "contact");
  const hidden = ({ id, kind }: Participant) => contact && kind === "agent" && !shown.has(id);
  const people = new Map(frame.participants.map((one) => [one.id, hidden(one) ? "invited" : one.presence]));
  return people.set(ROOM, "joined");
}

function wayOf(watch: Watch | undefined): Way {
  if (!watch) return "waiting";
  if (watch.troubled) return "troubled";
  return watch.open ? "open" : "connecting";
}
