// A picture that changes and a tone go to the server, and have to come back. Both are made here: it tests the way, not
// the devices, and nobody's face or voice leaves the room.
import { brightness, hears, playing, until } from "./equipment";
import type { Ask, Relay } from "./ways";

const PATIENCE = 10_000;
const COLOURS = ["#000", "#fff"];
const CHANGE = 400;

export async function echoes(ask: Ask, iceServers: Relay[], signal: AbortSignal): Promise<"works" | "failed" | "busy"> {
  const connection = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
  const made = make();
  const back = new MediaStream();
  signal.addEventListener("abort", () => connection.close());
  try {
    connection.ontrack = ({ track }) => back.addTrack(track);
    for (const track of made.tracks) connection.addTrack(track, made.stream);
    await connection.setLocalDescription();
    const answer = await ask("/v1/echo", { sdp: connection.localDescription?.sdp });
    if (answer.status === 429 || answer.status === 503) return "busy";
    if (!answer.ok) return "failed";
    const { sdp } = (await answer.json()) as { sdp: string };
    await connection.setRemoteDescription({ type: "answer", sdp });
    const video = await Promise.race([playing(back), wait(PATIENCE)]);
    if (!video) return "failed";
    const [changes, sounds] = await Promise.all([changed(video), hears(back, () => undefined, PATIENCE)]);
    return changes && sounds ? "works" : "failed";
  } catch {
    return "failed";
  } finally {
    connection.close();
    made.stop();
  }
}

const wait = (ms: number): Promise<null> => new Promise((done) => setTimeout(() => done(null), ms));

/** Whether both colours are seen: a picture that stands still has one. */
function changed(video: HTMLVideoElement): Promise<boolean> {
  let [dark, light] = [false, false];
  return until(PATIENCE, 60, () => {
    const now = brightness(video);
    if (now) {
      dark ||= now.every((each) => each < 90);
      light ||= now.every((each) => each > 165);
    }
    return dark && light;
  });
}

function make(): { stream: MediaStream; tracks: MediaStreamTrack[]; stop(): void } {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [160, 120];
  const drawn = canvas.getContext("2d");
  const draw = () => {
    if (!drawn) return;
    drawn.fillStyle = COLOURS[Math.floor(performance.now() / CHANGE) % COLOURS.length] as string;
    drawn.fillRect(0, 0, canvas.width, canvas.height);
  };
  draw();
  const timer = setInterval(draw, 70);
  const context = new AudioContext();
  const tone = context.createOscillator();
  const out = context.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const stream = new MediaStream([...canvas.captureStream(15).getTracks(), ...out.stream.getTracks()]);
  const stop = () => {
    clearInterval(timer);
    tone.stop();
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
  return { stream, tracks: stream.getTracks(), stop };
}
