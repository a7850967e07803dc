// What every component of the desk stands on: the link's state, the view, words, clock, verbs. Given once at the root.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Desk } from "../browser/run";
import type { DeskWords } from "../core/words/desk.en";
import { now as deviceNow } from "../ui/clock";
import type { Reader } from "../ui/reader";
import { type Acts, actsOn } from "./acts";
import type { Ask } from "./ask";
import type { DeskCalls } from "./call/Calls";
import { type Talk, talkOf } from "./model/talk";
import { firstView, reduceView, type View, type ViewEvent } from "./model/view";
import type { Preferences } from "./preferences";

export interface World {
  desk: Desk;
  ask: Ask;
  words: DeskWords;
  reader: Reader;
  mac: boolean;
  view: ReadonlySignal<View>;
  dispatch(event: ViewEvent): void;
  preferences: Signal<Preferences>;
  /** The server's present: deadlines are its, whatever this device's clock says. */
  now: ReadonlySignal<number>;
  talk: ReadonlySignal<Talk | null>;
  acts: Acts;
  calls: Signal<DeskCalls | null>; // once there was one
  logOff(): void;
}

export type Ground = Pick<World, "desk" | "ask" | "words" | "reader" | "mac" | "preferences" | "logOff">;

/** Make the world of one desk; `first` lets a gallery begin elsewhere than an agent does. */
export function makeWorld(ground: Ground, first: Partial<View> = {}): World {
  const view = signal<View>({ ...firstView, ...first });
  const dispatch = (event: ViewEvent) => {
    view.value = reduceView(view.peek(), event);
  };
  const now = computed(() => deviceNow.value + ground.desk.state.value.clockSkew);
  const talk = computed(() => talkOf(ground.desk.state.value, view.value));
  const calls = signal<DeskCalls | null>(null);
  const base = { ...ground, view, dispatch, now, talk, calls };
  return { ...base, acts: actsOn(base) };
}

export const WorldContext = createContext<World | null>(null);

export function useWorld(): World {
  const world = useContext(WorldContext);
  if (!world) throw new Error("a desk component outside of the desk");
  return world;
}
