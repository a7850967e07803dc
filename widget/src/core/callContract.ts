// What goes into a `Call` and what comes out. It does no I/O: whoever drives it obeys the outputs in order.
import type { FromCalls, IceServer, ToCalls } from "./callFrames";
import type { Device, DeviceTrouble, ScreenTrouble } from "./callState";
import type { Sample } from "./measure";
import type { PairInput, PairOrder } from "./pair";
import type { Surface } from "./screening";

export type CallInput =
  | { kind: "join"; voice: boolean }
  | { kind: "line"; up: boolean }
  | { kind: "frame"; frame: FromCalls }
  | { kind: "refused"; key: string; code: string } // the server's `no` to a frame of the call
  | { kind: "pair"; other: string; generation: number; input: PairInput }
  | { kind: "broken"; other: string; generation: number } // an order could not be carried out
  | { kind: "playing"; other: string; generation: number } // the first sound or picture of theirs
  | { kind: "sample"; other: string; generation: number; sample: Sample }
  | { kind: "want"; device: Device; on: boolean }
  | { kind: "shown"; other: string } // their card, with name, employer and country, is on the screen
  | { kind: "moved" } // this device is on another network
  | { kind: "device"; device: Device; trouble: DeviceTrouble | ScreenTrouble | null; surface?: Surface } // it runs; or why it does not
  | { kind: "surface"; surface: Surface } // the masks of the page that is shown hold, or nobody says so any more
  | { kind: "leave" }
  | { kind: "tick" };

export type CallOutput =
  | { kind: "send"; frame: ToCalls }
  | { kind: "act"; verb: "call.leave" | "call.cancel" | "call.media" | "call.report"; fields: object }
  // In place of an earlier one with them, which goes on until this one carries what it did.
  | { kind: "make"; other: string; generation: number; polite: boolean; servers: IceServer[] }
  | { kind: "unmake"; other: string }
  | { kind: "order"; other: string; order: Exclude<PairOrder, { kind: "say" }> }
  | { kind: "servers"; servers: IceServer[] }
  | { kind: "relay"; other: string } // only through a relay from now on
  | { kind: "device"; device: Device; on: boolean } // open or close it
  | { kind: "pictures"; on: boolean } // whether camera and screen go out, where they are on
  | { kind: "wake"; at: number }
  | { kind: "over" };

/** What each input and each frame does, by its name. */
export type Taken = { [K in CallInput["kind"]]: (input: Extract<CallInput, { kind: K }>, now: number) => void };
export type Heard = { [T in FromCalls["type"]]?: (frame: Extract<FromCalls, { type: T }>, now: number) => void };
