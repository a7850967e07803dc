// How an agent shows their screen: it comes with the first share.
import { plain } from "../../browser/screen";
import type { AroundUs } from "../../browser/sharing";
import { noteOf, sharingWords } from "../../ui/call/sharing";
import type { World } from "../world";

export function aroundDesk(world: World): AroundUs {
  return { ...plain, note: (carried) => noteOf(carried, sharingWords(world.reader.words.locale)) };
}
