// What a call needs of the page around it, to show that page and nothing else. It comes with the first share.
import type { Phone } from "../../browser/phone";
import { type AroundUs, Sharing } from "../../browser/sharing";
import { noteOf, sharingWords } from "../../ui/call/sharing";
import type { World } from "../world";
import { screenPolicy } from "./policy";

/** The way to the page around; `alone`: there is none, so whatever is shown has no masks. */
export function aroundOf(world: World, phone: Phone, alone = false): AroundUs {
  const locale = () => world.reader.value.locale;
  const words = () => sharingWords(locale());
  const page = {
    alone,
    tell: (detail: Record<string, string | number | boolean>) => world.tell({ type: "screen", detail }),
    policy: () => screenPolicy(world),
    said: () => ({
      title: words().pageShared,
      stop: words().stop,
      note: words().pageCovered,
      ...viewers(phone),
    }),
  };
  let sharing: Sharing | null = null;
  return {
    share(hears) {
      sharing = new Sharing(page, hears);
      return sharing;
    },
    note: (carried) => noteOf(carried, words(), sharing?.choose),
  };
}

/** Who sees it, by name, employer and country. */
function viewers(phone: Phone): Record<string, string> {
  const others = (phone.carried.peek()?.state.peek().others ?? []).filter(({ presence }) => presence !== "invited");
  const named = others.map(({ name, employer, country }, at) => {
    const of = [employer, country].filter(Boolean).join(", ");
    return [`who${at}`, of ? `${name} (${of})` : name];
  });
  return Object.fromEntries(named);
}
