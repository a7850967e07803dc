// What I send in a call, as a plain change of its state: what is wanted, what runs, what is told of it. Pure.
import type { CallState, Device, DeviceTrouble, ScreenTrouble } from "./callState";
import type { Surface } from "./screening";

/** The person wants a device on or off; what troubled it is forgotten. */
export function wanting(state: CallState, device: Device, on: boolean): CallState {
  const { [device]: _gone, ...trouble } = state.trouble;
  return {
    ...state,
    mine: { ...state.mine, [device]: on },
    trouble,
    surface: device === "screen" ? null : state.surface,
    stepped: state.stepped && !(device === "camera" && on),
  };
}

/** It runs, a screen with what is shown of it; or it does not, and why. */
export function running(
  state: CallState,
  device: Device,
  trouble: DeviceTrouble | ScreenTrouble | null,
  surface?: Surface,
): CallState {
  const shown = device === "screen" ? { surface: trouble ? null : (surface ?? "other") } : {};
  if (!trouble) return { ...state, ...shown };
  return {
    ...state,
    ...shown,
    mine: { ...state.mine, [device]: false },
    trouble: { ...state.trouble, [device]: trouble },
  };
}

/** What the others are told. A screen counts once something of it is shown. */
export function mediaOf({ mine, surface }: CallState): object {
  return { ...mine, screen: surface !== null, ...(surface === null ? {} : { surface }) };
}
