// A call goes on elsewhere: in its own window, or on the person's phone. What leads there is a code from the server,
// good once and for seconds; whether it has arrived, the server alone says (`carried`), for nothing is shared with it.
import { signal } from "@preact/signals";
import type { World } from "../world";

export type Way = "window" | "phone";
export interface Code {
  url: string;
  qr: string | null;
  until: number; // the server's present
}
/**
 * asking: for a code · opening: the window was asked for · blocked: none came, a link may do · refused: not even that ·
 * failed: there was no code · shown: for a phone to be held to it.
 */
export type Step = "asking" | "opening" | "blocked" | "refused" | "failed" | "shown";
export interface Moving {
  call: string;
  way: Way;
  step: Step;
  code: Code | null;
}

export const moving = signal<Moving | null>(null);

const PATIENCE = 4_000; // from the window's being asked for until it has to carry the call
const LINK_PATIENCE = 6_000;
const FEATURES = "popup,noopener,noreferrer,width=420,height=760";

export async function toWindow(world: World, call: string): Promise<void> {
  const code = await begin(world, call, "window");
  if (!code) return;
  // It answers nothing: apart from us, as it is opened, nobody could tell us. So the server is waited for.
  open(code.url, "_blank", FEATURES);
  wait(go({ step: "opening", code }), "blocked", PATIENCE);
}

export async function toPhone(world: World, call: string): Promise<void> {
  const code = await begin(world, call, "phone");
  if (code) go({ step: "shown", code });
}

/** The person has clicked the link, which no browser blocks, unless the page around forbids all windows. */
export function followed(): void {
  wait(go({ step: "opening" }), "refused", LINK_PATIENCE);
}

/** A fresh code for the link, while the person has not clicked it. */
export async function renewLink(world: World): Promise<void> {
  const mine = moving.peek();
  if (mine?.step !== "blocked") return;
  const code = await ask(world, mine.call, mine.way);
  if (code && moving.peek() === mine) go({ code });
}

export function stay(): void {
  moving.value = null;
}

async function begin(world: World, call: string, way: Way): Promise<Code | null> {
  const mine: Moving = { call, way, step: "asking", code: null };
  moving.value = mine;
  const code = await ask(world, call, way);
  if (moving.peek() !== mine) return null; // thought better of
  if (!code) go({ step: "failed" });
  return code;
}

async function ask(world: World, call: string, way: Way): Promise<Code | null> {
  try {
    const answer = await world.post("/v1/call/code", { call, way });
    if (!answer.ok) return null;
    const { url, qr, expires_in } = (await answer.json()) as { url: string; qr?: string; expires_in: number };
    return { url, qr: qr ?? null, until: world.now.peek() + expires_in * 1000 };
  } catch {
    return null;
  }
}

function go(part: Partial<Moving>): Moving | null {
  const mine = moving.peek();
  moving.value = mine && { ...mine, ...part };
  return moving.peek();
}

function wait(mine: Moving | null, step: Step, patience: number): void {
  setTimeout(() => {
    if (mine && moving.peek() === mine) go({ step });
  }, patience);
}
