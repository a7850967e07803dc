import type { VNode } from "preact";
import type { Item } from "../../core/state";
import { More } from "../../ui/icons";
import { clockTime } from "../../ui/time";
import { holdsWords } from "../model/lines";
import { Menu } from "../parts/Menu";
import { useWorld } from "../world";
import { choices } from "./choices";

/** The menu of a packet, or of a fact with words in it: what names a patient can be taken out of there, too. */
export function MoreMenu({ item }: { item: Item }): VNode | null {
  const world = useWorld();
  const { words, reader, desk } = world;
  const mine = item.author.id === desk.state.peek().me?.id;
  if (!holdsWords(item) || choices(world, item, mine).every(({ choices: each }) => each.length === 0)) return null;
  const label = reader.words.actionsFor(mine ? words.you : item.author.name, clockTime(item.at, reader));
  return (
    <Menu
      label={label}
      class="message-more"
      side="start"
      button={<More size={18} />}
      sections={() => choices(world, item, mine)}
    />
  );
}
