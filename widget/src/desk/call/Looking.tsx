// Somebody's page, as an agent sees it: what is known of it, a way to point, and a way to be rid of it.
import type { ComponentChildren, VNode } from "preact";
import { useRef } from "preact/hooks";
import type { Carried } from "../../browser/carried";
import type { Other } from "../../core/callState";
import { POINTS } from "../../core/screening";
import { type LookingWords, lookingEn } from "../../core/words/looking.en";
import { lookingEs } from "../../core/words/looking.es";
import { useWorld } from "../world";

const POINT_EVERY = 40;

interface LookingProps {
  other: Other;
  carried: Carried;
  locale: string;
  children: ComponentChildren; // the picture
}

/** Pressing in the picture points there, where what is shown is the other's page. */
export function Looking({ other, carried, locale, children }: LookingProps): VNode {
  const words: LookingWords = locale.toLowerCase().startsWith("es") ? lookingEs : lookingEn;
  const { desk } = useWorld();
  const last = useRef(0);
  const point = (event: PointerEvent) => {
    const video = (event.currentTarget as Element).querySelector("video");
    const now = performance.now();
    const place = event.buttons === 1 && video && now - last.current >= POINT_EVERY && within(video, event);
    if (!place) return;
    last.current = now;
    carried.point(other.id, place.map((part) => Math.round(part * POINTS)).join());
  };
  const page = other.surface === "page";
  return (
    <>
      <div
        class={`call-screen${page ? " page" : ""}`}
        {...(page ? { onPointerDown: point, onPointerMove: point } : {})}
      >
        {children}
      </div>
      {other.surface === "veiled" ? <p class="call-said">{words.veiled}</p> : null}
      <p class="call-looking">
        {page ? <span>{words.page}</span> : null}
        <button
          type="button"
          class="call-link"
          onClick={() => void desk.act("call.stop_screen", carried.conversation, { call: carried.call, of: other.id })}
        >
          {words.stopLooking}
        </button>
      </p>
    </>
  );
}

/** Where in the picture a pointer is, in parts of its width and height; null: beside it. */
function within(video: HTMLVideoElement, { clientX, clientY }: PointerEvent): [x: number, y: number] | null {
  const { left, top, width, height } = video.getBoundingClientRect();
  const scale = Math.min(width / video.videoWidth, height / video.videoHeight);
  const x = 0.5 + (clientX - left - width / 2) / (video.videoWidth * scale);
  const y = 0.5 + (clientY - top - height / 2) / (video.videoHeight * scale);
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? [x, y] : null;
}
