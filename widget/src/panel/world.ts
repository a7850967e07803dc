// What every component of the panel stands on. Given once at the root; a gallery gives a world of its own making.
import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext, type VNode } from "preact";
import { useContext } from "preact/hooks";
import type { Desk } from "../browser/run";
import type { Context, FromPanel, Look } from "../core/bridge";
import type { press } from "../core/scanner";
import type { ClientState, Draft } from "../core/state";
import type { PanelWords } from "../core/words/panel.en";
import type { Face } from "../ui/Face";
import type { Reader } from "../ui/reader";
import type { Config } from "./config";
import type { ensureStarted } from "./sending";

/**
 * How far the panel is with knowing who is there.
 * asking: not yet known, typing is possible already · stranger: nobody is signed in · unconfirmed: the EHR or the server
 * would not confirm who it is · known · over: logged off, and wiped.
 */
export type Phase = "asking" | "stranger" | "unconfirmed" | "known" | "over";

export interface World {
  config: Config; // the newest that is known
  look: ReadonlySignal<Look>;
  phone: string;
  words: ReadonlySignal<PanelWords>;
  reader: ReadonlySignal<Reader>;
  phase: ReadonlySignal<Phase>;
  desk: ReadonlySignal<Desk | null>;
  state: ReadonlySignal<ClientState | null>;
  context: ReadonlySignal<Context>;
  opened: ReadonlySignal<boolean>; // the host shows the frame
  folded: Signal<boolean>;
  early: Signal<Record<string, Draft>>; // what is typed before there is a link to keep it
  current: Signal<string>; // the conversation on the screen
  asked: Set<string>; // new conversations that the person asked for
  place: Signal<"chat" | "history">;
  sign: Signal<number>; // when somebody last gave a sign of being here
  warning: Signal<VNode | null>; // a question that stands above everything else
  above: Signal<VNode | null>; // something the person is asked above the conversation
  trouble: Signal<string | null>; // what went wrong with something the person asked for, in words
  calls: Signal<VNode | null>; // a call that rings or runs, once there was one
  /** What is on for the conversation on the screen: by the module it was begun in, as the server sees it. */
  switches: ReadonlySignal<Record<string, boolean>>;
  /** What is on where the person is now. */
  here: ReadonlySignal<Record<string, boolean>>;
  /** The server's present. */
  now: ReadonlySignal<number>;
  tell(message: FromPanel): void;
  learn(config: Config): void;
  signOut(): void; // nobody is here
  identifyAgain(): void;
  /** What the first picture has already: what comes later borrows it here, as an import of its own would split it off for all. */
  lent: { Face: typeof Face; ensureStarted: typeof ensureStarted; press: typeof press };
  startNew(): void;
  go(place: "chat" | "history"): void;
  calm(): void; // the trouble has been read
  /** POST as this contact. */
  post(path: string, body: object): Promise<Response>;
}

export const WorldContext = createContext<World | null>(null);

export function useWorld(): World {
  const world = useContext(WorldContext);
  if (!world) throw new Error("a panel component outside of the panel");
  return world;
}
