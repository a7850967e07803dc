import type { FunctionComponent, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Carried, Pictures } from "../../browser/carried";
import type { Other } from "../../core/callState";
import type { AgentCard } from "../../core/frames";
import type { CallWords } from "../../core/words/call.en";
import type { Face as FaceOf } from "../Face";
import { MicOff } from "./signs";

export interface TileProps {
  other: Other;
  pictures: Pictures;
  words: CallWords;
  locale: string;
  said: string;
  carried: Carried;
  Face: typeof FaceOf;
  /** Wraps a screen where whoever sees it can do something about it. */
  Looking?: FunctionComponent<{ other: Other; carried: Carried; locale: string; children: VNode | null }> | undefined;
}

/** One other: their screen if they share it, else their camera, else their face; who they are stands beneath. */
export function Tile({ other, pictures, words, locale, said, carried, Face, Looking }: TileProps): VNode {
  const { name } = other;
  const screen = other.screen ? pictures.screen : undefined;
  const camera = other.camera ? pictures.camera : undefined;
  const picture = screen ? <Video track={screen} label={words.screenOf(name)} /> : null;
  useLayoutEffect(() => carried.shown(other.id), [carried, other.id]);
  const of = cardLine(other, locale);
  return (
    <figure class={`call-tile${screen ? " wide" : ""}`} data-way={said ? "troubled" : other.way}>
      {screen && Looking ? (
        <Looking other={other} carried={carried} locale={locale}>
          {picture}
        </Looking>
      ) : (
        picture
      )}
      {camera ? <Video track={camera} label={words.pictureOf(name)} small={screen !== undefined} /> : null}
      {screen || camera ? null : <Face name={name} large />}
      {said ? <p class="call-said">{said}</p> : null}
      <figcaption>
        <b>{name}</b>
        {of ? <span>{of}</span> : null}
        {other.voice ? null : (
          <span class="call-muted" title={words.mutedNamed(name)}>
            <MicOff size={14} /> {words.muted}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function Video({ track, label, small = false }: { track: MediaStreamTrack; label: string; small?: boolean }): VNode {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (!element.current) return;
    element.current.srcObject = new MediaStream([track]);
    void element.current.play().catch(() => undefined);
  }, [track]);
  return <video ref={element} class={small ? "small" : ""} aria-label={label} autoPlay playsInline muted />;
}

const CORNERS = ["end-bottom", "end-top", "start-top", "start-bottom"] as const;

/** Oneself, small, in a corner: moved by a click to another. It begins where no name is: below, beside an odd one, else above. */
export function OwnTile({ carried, words }: { carried: Carried; words: CallWords }): VNode | null {
  const [clicks, setClicks] = useState(0);
  const count = carried.state.value.others.length;
  const corner = clicks + Number(count > 0 && count % 2 === 0);
  const { camera, screen } = carried.own.value;
  // One's own page is seen already, and within itself it would go on for ever.
  const track = (carried.state.value.surface === "other" ? screen : undefined) ?? camera;
  if (!track) return null;
  return (
    <button
      type="button"
      class={`call-own ${CORNERS[corner % CORNERS.length]}${track === screen ? "" : " mirrored"}`}
      aria-label={words.yourPicture}
      title={words.yourPicture}
      onClick={() => setClicks(clicks + 1)}
    >
      <Video track={track} label={words.yourPicture} />
    </button>
  );
}

/** Who answers for somebody, and from where. */
export const cardLine = ({ employer, country }: Partial<AgentCard>, locale: string): string =>
  [employer, country && countryName(country, locale)].filter(Boolean).join(" · ");

function countryName(country: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "region" }).of(country) ?? country;
  } catch {
    return country;
  }
}
