// Microphone and camera, looked at without opening them, or opened for a moment to see whether anything comes.
import type { DeviceCode } from "../core/equipment";
import { allowed, open, troubleOf } from "./devices";

type Kind = "microphone" | "camera";
const DEVICE = { microphone: "voice", camera: "camera" } as const;
const INPUT = { microphone: "audioinput", camera: "videoinput" } as const;
const HEARD = 0.01;
const SEEN = 10; // of 255: what a covered camera sees is darker
const PATIENCE = 4_000;

/** What can be said of a device without opening it. */
export async function look(kind: Kind): Promise<DeviceCode> {
  if (!allowed(DEVICE[kind])) return "forbidden";
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (!devices.some((device) => device.kind === INPUT[kind])) return "missing";
    const permission = await navigator.permissions.query({ name: kind as PermissionName });
    return permission.state === "denied" ? "denied" : "ready";
  } catch {
    return "ready"; // this browser does not say
  }
}

/** Open a device; a track, or why there is none. */
export async function tryOpen(kind: Kind): Promise<MediaStreamTrack | DeviceCode> {
  try {
    return await open(DEVICE[kind]);
  } catch (failure) {
    const trouble = troubleOf(failure, DEVICE[kind]);
    const bySystem = trouble === "denied" && /system/iu.test(String((failure as Error).message));
    return bySystem ? "system" : trouble === "lost" ? "missing" : trouble;
  }
}

/** Listen until something is heard; `level` is told of it, 0 to 1. */
export async function hears(
  stream: MediaStream,
  level: (level: number) => void,
  patience = PATIENCE,
): Promise<boolean> {
  const context = new AudioContext();
  try {
    void context.resume();
    const meter = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(meter);
    const wave = new Float32Array(meter.fftSize);
    return await until(patience, 50, () => {
      meter.getFloatTimeDomainData(wave);
      const energy = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length);
      level(Math.min(1, energy * 6));
      return energy > HEARD;
    });
  } finally {
    level(0);
    void context.close();
  }
}

/** Look until the picture shows something. */
export function sees(video: HTMLVideoElement): Promise<boolean> {
  return until(PATIENCE, 100, () => brightness(video)?.some((each) => each > SEEN) ?? false);
}

/** Three samples of a picture, 0 to 255 each; null: there is none yet. */
export function brightness(video: HTMLVideoElement): number[] | null {
  if (video.videoWidth === 0) return null;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [3, 1];
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  if (!drawn) return null;
  drawn.drawImage(video, 0, 0, 3, 1);
  const { data } = drawn.getImageData(0, 0, 3, 1);
  return [0, 4, 8].map((at) => Math.max(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0));
}

/** A stream playing, unseen and unheard. */
export async function playing(stream: MediaStream): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play().catch(() => undefined);
  return video;
}

export async function until(ms: number, every: number, met: () => boolean): Promise<boolean> {
  const end = performance.now() + ms;
  while (!met()) {
    if (performance.now() > end) return false;
    await new Promise((done) => setTimeout(done, every));
  }
  return true;
}
