import type { World } from "../world";

/** What of a screen this contact may show. */
export const screenPolicy = (world: World): "tab" | "ask" | "any" => world.state.value?.snapshot?.screen_share ?? "tab";
