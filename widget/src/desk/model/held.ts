// What holds a conversation in which no answer is due.
import type { DeskWords } from "../../core/words/desk.en";
import type { Reader } from "../../ui/reader";
import type { Talk } from "./talk";
import { moment } from "./times";

/** Say why nothing is due. Who waits in a queue is owed no answer by anybody yet, but is not forgotten. */
export function held(talk: Pick<Talk, "status" | "until" | "row">, words: DeskWords, now: number, reader: Reader) {
  if (talk.status === "pending" && talk.until) return words.untilTime(moment(talk.until, now, reader));
  const since = talk.row?.waiting_since;
  return talk.status === "waiting" && since ? words.waitsSince(moment(since, now, reader)) : words.nothingDue;
}
