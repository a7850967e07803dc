// The call's own window, and the same page on a phone: first party, on its own, and known to the panel by the server
// alone. It takes its code out of the address, exchanges it, and carries the call from here.
import { effect } from "@preact/signals";
import { render } from "preact";
import { phoneOf } from "../browser/phones";
import { watchWords } from "../panel/arrivals";
import { wear } from "../panel/wear";
import { wearCall } from "../ui/call/wear";
import { startClock } from "../ui/clock";
import { App } from "./App";
import { type End, Ended, Waiting } from "./Ended";
import { hasJoined, keptPart, NoPass, openedByPanel, Pass, takeCode } from "./pass";
import { windowWorld } from "./world";
import "./window.css";

const AGAIN = 2_000;
const root = document.getElementById("root") as HTMLElement;
const code = takeCode();
const kept = keptPart();
let over = false;
let leave = () => {};
let why = (): End => "logged_off";

/** Nothing of the call is here any more; a window that was opened for it closes. */
function end(why: End, way: string): void {
  if (over) return;
  over = true;
  leave();
  render(<Ended why={why} />, root);
  if (way === "window" && why !== "unusable") close(); // where the browser lets it
}

async function begin(): Promise<void> {
  render(<Waiting />, root);
  try {
    const pass = await Pass.by(code, kept, () => end(why(), pass.place.way));
    open(pass, !code);
  } catch (failure) {
    if (!(failure instanceof NoPass)) throw failure;
    if (!failure.again) return end("unusable", "");
    render(<Waiting unreachable />, root);
    setTimeout(() => void begin(), Math.max(AGAIN, failure.afterMs));
  }
}

function open(pass: Pass, again: boolean): void {
  const { world, desk } = windowWorld(pass);
  const phone = phoneOf(desk);
  // A minute after the call nothing of it is to be had here, log-in or not.
  why = () => (phone.ending.peek() ? "over" : "logged_off");
  phone.around = async () => (await import("../panel/call/around")).aroundOf(world, phone, true);
  wear(world);
  wearCall();
  const stops = [
    watchWords(world),
    effect(() => {
      if (desk.state.value.ended !== null) queueMicrotask(() => end(why(), pass.place.way));
    }),
    effect(() => {
      if (phone.ending.value?.over === "elsewhere") queueMicrotask(() => end("back", pass.place.way));
    }),
  ];
  leave = () => {
    for (const stop of stops) stop();
    pass.forget();
    phone.stop();
    void desk.wipe().finally(() => desk.stop());
  };
  // A phone asks before it opens anything: a click is also what lets it make a sound. And so does a window that
  // nobody here has opened with a click: somebody else's code may stand in a foreign page's link.
  const joins = again ? hasJoined(pass.place) : pass.place.way === "window" && openedByPanel();
  render(<App world={world} desk={desk} phone={phone} part={pass.place} joins={joins} end={end} />, root);
}

startClock();
void begin();
