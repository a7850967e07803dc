// What goes on in the background of a panel, fetched after the first picture.
import { watchArrivals } from "./arrivals";
import { watchIdle } from "./Idle";
import { keepFresh } from "./refreshing";
import type { World } from "./world";

/** Watch until the page goes. */
export function watch(world: World): void {
  watchArrivals(world);
  watchIdle(world);
  keepFresh(world);
}
