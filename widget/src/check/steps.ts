// The steps of a check, one after the other; each says how it stands as soon as it is known.
import { allowed } from "../browser/devices";
import { echoes } from "../browser/echo";
import { hears, playing, sees, tryOpen } from "../browser/equipment";
import { type Ask, reach, socketWorks, streamWorks, type Ways } from "../browser/ways";
import { hinders, type Result, type Step, wayOf } from "../core/equipment";
import { placeOf } from "./said";

export interface Hearer {
  /** A step stands otherwise than before. */
  told(result: Result, place: string): void;
  /** How loud the microphone is, 0 to 1. */
  level(level: number): void;
  /** What the camera sees; null: no more. */
  picture(stream: MediaStream | null): void;
}

export interface Checking {
  ask: Ask;
  origin: string;
  hearer: Hearer;
  signal: AbortSignal;
}

type Outcome = Pick<Result, "state" | "code">;
const good = (code = "works"): Outcome => ({ state: "good", code });
const bad = (code = "failed"): Outcome => ({ state: "bad", code });

/** Which steps there are at first; those of the relays come when the server has said what it has. */
export const FIRST: readonly Step[] = ["browser", "microphone", "camera", "screen", "socket"];

/** Do them all. */
export async function check(checking: Checking): Promise<void> {
  const step = (name: Step, run: () => Promise<Outcome> | Outcome, place = "") => stepOf(checking, name, run, place);
  if (!(await step("browser", browser))) return;
  await step("microphone", () => microphone(checking));
  await step("camera", () => camera(checking));
  await step("screen", () => (allowed("screen") ? good("ready") : { state: "notice", code: "forbidden" }));
  const line = await step("socket", async () => ((await socketWorks(checking.origin)) ? good() : notice("failed")));
  if (line?.state !== "good") await step("stream", async () => ((await streamWorks(checking.ask)) ? good() : bad()));
  const ways = await waysOf(checking.ask);
  if (!ways) return;
  await Promise.all(
    ways.relays.flatMap((relay) =>
      relay.urls.map((url) => step(wayOf(url), async () => relayed(await reach(relay, url, ways.known)), placeOf(url))),
    ),
  );
  if (ways.relays.length === 0) await step("relay", () => notice("none"));
  if (ways.echo)
    await step("echo", async () => echoed(await echoes(checking.ask, ways.known ? ways.relays : [], checking.signal)));
}

async function stepOf(
  { hearer, signal }: Checking,
  step: Step,
  run: () => Promise<Outcome> | Outcome,
  place: string,
): Promise<Outcome | null> {
  if (signal.aborted) return null;
  hearer.told({ step, state: "trying", code: "" }, place);
  const outcome = await run();
  if (signal.aborted) return null;
  hearer.told({ step, ...outcome }, place);
  return outcome.state === "bad" && step === "browser" ? null : outcome;
}

const notice = (code: string): Outcome => ({ state: "notice", code });

function browser(): Outcome {
  if (!isSecureContext) return bad("insecure");
  return typeof RTCPeerConnection === "function" ? good() : bad("old");
}

async function microphone({ hearer, signal }: Checking): Promise<Outcome> {
  const track = await tryOpen("microphone");
  if (typeof track === "string") return hinders(track) ? bad(track) : notice(track);
  const stop = stopping(track, signal);
  try {
    return (await hears(new MediaStream([track]), hearer.level)) ? good() : notice("silent");
  } finally {
    stop();
  }
}

async function camera({ hearer, signal }: Checking): Promise<Outcome> {
  const track = await tryOpen("camera");
  // A call goes well without a camera.
  if (typeof track === "string") return notice(track);
  const stream = new MediaStream([track]);
  const stop = stopping(track, signal);
  try {
    hearer.picture(stream);
    const seen = await sees(await playing(stream));
    if (seen) await new Promise((done) => setTimeout(done, 1_500)); // so that the person sees it, too
    return seen ? good() : notice("dark");
  } finally {
    stop();
    hearer.picture(null);
  }
}

/** A device closes with its step, and at once when the check is ended: by its person, or because they are logged off. */
function stopping(track: MediaStreamTrack, signal: AbortSignal): () => void {
  const stop = () => track.stop();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  return stop;
}

async function waysOf(ask: Ask): Promise<Ways | null> {
  try {
    const answer = await ask("/v1/check", {});
    return answer.ok ? ((await answer.json()) as Ways) : null;
  } catch {
    return null;
  }
}

function relayed(found: Awaited<ReturnType<typeof reach>>): Outcome {
  if (found === "works" || found === "answers") return good(found);
  return found === "refused" || found === "unnamed" ? bad(found) : notice(found);
}

const echoed = (found: Awaited<ReturnType<typeof echoes>>): Outcome => (found === "works" ? good() : notice(found));
