// What goes on in the background of a panel, fetched after the first picture.
import { panelRefusalsEn } from "../core/words/panel.refusals.en";
import { panelRefusalsEs } from "../core/words/panel.refusals.es";
import { watchArrivals } from "./arrivals";
import { watchIdle } from "./Idle";
import { keepFresh } from "./refreshing";
import { watchSwitches } from "./switching";
import { learnRefusals } from "./words";
import type { World } from "./world";

/** Watch until the page goes. */
export function watch(world: World): void {
  learnRefusals({ en: panelRefusalsEn, es: panelRefusalsEs });
  watchArrivals(world);
  watchIdle(world);
  keepFresh(world);
  watchSwitches(world);
}
