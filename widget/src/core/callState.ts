// What a person sees of their call, as one plain value: written by call.ts, only read by components.
import type { CallPhase, Participant } from "./callFrames";
import type { AgentCard } from "./frames";
import type { Surface } from "./screening";

export type Device = "voice" | "camera" | "screen";
/** Why a device is not there; each has its own words. */
export type DeviceTrouble = "denied" | "forbidden" | "missing" | "busy" | "lost";
/** Why nothing is shown any more, or was not at all: no masks were confirmed, whoever looked ended it, it is off here. */
export type ScreenTrouble = "unmasked" | "stopped" | "off";
/** How the way to one other stands. */
export type Way = "waiting" | "connecting" | "open" | "troubled";

export interface Other extends Participant {
  way: Way;
}
export interface CallState {
  call: string;
  conversation: string;
  phase: CallPhase;
  you: string | null;
  others: Other[];
  invited: AgentCard[]; // who is asked into it
  mine: Record<Device, boolean>; // what goes out, as the person wants it
  surface: Surface | null; // what of the screen is shown, once it is
  trouble: Partial<Record<Device, DeviceTrouble | ScreenTrouble>>;
  line: boolean; // the server is there: without it nobody new can join, and after a moment no picture goes out
  paused: boolean; // camera and screen wait for the line
  stepped: boolean; // the camera was let go so that the voice gets through
  quality: "good" | "fair" | "poor" | null;
  over: null | "ended" | "elsewhere" | "lost" | "left";
}

export const emptyCall = (call: string, conversation: string): CallState => ({
  call,
  conversation,
  phase: "requested",
  you: null,
  others: [],
  invited: [],
  mine: { voice: true, camera: false, screen: false },
  surface: null,
  trouble: {},
  line: true,
  paused: false,
  stepped: false,
  quality: null,
  over: null,
});

/** Whether two or more are in it. */
export const isTalking = ({ phase }: Pick<CallState, "phase">): boolean =>
  phase === "connecting" || phase === "active" || phase === "degraded";
