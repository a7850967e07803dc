// Asking the browser for a screen, and what an agent shows of theirs: no page of an EHR is around the desk.
import type { AroundUs } from "./sharing";

/** Open a screen: this tab alone, or what the person chooses, this tab first. */
export async function openScreen(thisTab: boolean): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) throw new DOMException("no devices here", "SecurityError");
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video: { displaySurface: "browser", frameRate: { max: 15 } },
    audio: false,
    preferCurrentTab: thisTab,
    selfBrowserSurface: "include",
    surfaceSwitching: "exclude",
    monitorTypeSurfaces: thisTab ? "exclude" : "include",
  } as DisplayMediaStreamOptions);
  const [track] = stream.getVideoTracks();
  if (!track) throw new DOMException("nothing was given", "NotFoundError");
  track.contentHint = "detail";
  return track;
}

/** What is chosen, as it is. */
export const plain: Pick<AroundUs, "share"> = {
  share() {
    let track: MediaStreamTrack | null = null;
    return {
      async begin() {
        track = await openScreen(true);
        return { track, surface: "other" };
      },
      point() {},
      end: () => track?.stop(),
    };
  },
};
