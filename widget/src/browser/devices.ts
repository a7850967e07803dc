// This device's microphone, camera and screen: opened only when asked, and closed for good when not.
import type { Device, DeviceTrouble } from "../core/callState";

const VOICE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
// Behind a nurse may be a patient: blurred wherever the system can, and where it cannot nothing is asked for twice.
const CAMERA: MediaTrackConstraints & { backgroundBlur: boolean } = {
  backgroundBlur: true,
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { max: 30 },
  facingMode: "user",
};

/** Open one; throws what `troubleOf` puts a name to. */
export async function open(device: "voice" | "camera"): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) throw new DOMException("no devices here", "SecurityError");
  const stream = await navigator.mediaDevices.getUserMedia(device === "voice" ? { audio: VOICE } : { video: CAMERA });
  const [track] = stream.getTracks();
  if (!track) throw new DOMException("nothing was given", "NotFoundError");
  return track;
}

/** Why a device did not open. A page that may not ask at all is another matter than a person who said no. */
export function troubleOf(failure: unknown, device: Device): DeviceTrouble {
  const name = failure instanceof DOMException ? failure.name : "";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return name === "SecurityError" || !allowed(device) ? "forbidden" : "denied";
}

const FEATURES: Record<Device, string> = { voice: "microphone", camera: "camera", screen: "display-capture" };

/** Whether the page around lets this frame ask for a device; true where the browser does not say. */
export function allowed(device: Device): boolean {
  const { featurePolicy } = document as { featurePolicy?: { allowsFeature(name: string): boolean } };
  return navigator.mediaDevices !== undefined && (featurePolicy?.allowsFeature(FEATURES[device]) ?? true);
}
