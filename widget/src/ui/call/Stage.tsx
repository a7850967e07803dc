import type { ComponentChildren, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Carried } from "../../browser/carried";
import type { Note } from "../../browser/sharing";
import { type CallState, isTalking, type Other } from "../../core/callState";
import type { CallWords } from "../../core/words/call.en";
import type { Face as FaceOf } from "../Face";
import { Asked } from "./Asked";
import { Bar, type Offers } from "./Bar";
import { OwnTile, Tile, type TileProps } from "./Tiles";
import { time } from "./time";

export interface StageProps {
  carried: Carried;
  words: CallWords;
  locale: string;
  Face: typeof FaceOf;
  Looking?: TileProps["Looking"];
  /** Whom it rings for, until somebody has answered; empty: for whoever is free. */
  rings: string;
  since: number | null;
  now: number;
  /** How the call can go on elsewhere, where that is offered. */
  offers?: Offers;
  /** More to be known, below what the call itself says. */
  note?: ComponentChildren;
}

/** A running call: the person large, oneself small, what is going on in words, and one bar. */
export function Stage({
  carried,
  words,
  locale,
  Face,
  Looking,
  rings,
  since,
  now,
  offers = {},
  note,
}: StageProps): VNode {
  const [large, setLarge] = useState(false);
  const state = carried.state.value;
  const { others: there, invited } = state;
  const seen = carried.seen.value;
  const names = there.map(({ name }) => name).join(", ");
  const begun = since ?? carried.since;
  const status = statusOf(state, words, begun === null ? null : time(Math.max(0, now - begun)));
  useLargeEnds(setLarge, isTalking(state));
  return (
    <section class={`call${large ? " large" : ""}`} aria-label={words.callWith(names || rings || words.you)}>
      <div class="call-people" data-count={there.length}>
        {there.map((other) => (
          <Tile
            key={other.id}
            other={other}
            pictures={seen[other.id] ?? {}}
            words={words}
            locale={locale}
            Face={Face}
            said={waySaid(other, words)}
            carried={carried}
            Looking={Looking}
          />
        ))}
        {there.length === 0 ? (
          <div class="call-waiting">
            {rings ? <Face name={rings} large /> : null}
            <p>{rings || words.ringingSupport}</p>
          </div>
        ) : null}
        <OwnTile carried={carried} words={words} />
      </div>
      <p class="call-status num">
        <span
          class="call-dot"
          data-quality={there.some(({ way }) => way === "open") ? (state.quality ?? "") : ""}
          aria-hidden="true"
        />
        {status}
      </p>
      <div class="unseen" role="status">
        {isTalking(state) || !rings ? spokenStatus(state, words) : words.ringingContact(rings)}
      </div>
      <Notes carried={carried} words={words} names={names} offers={offers} />
      {invited.map((agent) => (
        <Asked key={agent.id} agent={agent} words={words} locale={locale} />
      ))}
      {note}
      <Bar carried={carried} words={words} offers={offers} large={large} setLarge={setLarge} />
    </section>
  );
}

function useLargeEnds(setLarge: (large: boolean) => void, talking: boolean): void {
  useEffect(() => {
    if (!talking) setLarge(false);
  }, [talking, setLarge]);
}

function statusOf(state: CallState, words: CallWords, time: string | null): string {
  const spoken = spokenStatus(state, words);
  const open = state.others.some(({ way }) => way === "open");
  return open && time && spoken === words.talking ? words.inCall(time) : spoken;
}

/** How it stands, without the clock: a screen reader should not hear every second. */
function spokenStatus(state: CallState, words: CallWords): string {
  if (!isTalking(state)) return words.ringing;
  const troubled = state.others.find(({ way, presence }) => way === "troubled" || presence === "interrupted");
  if (troubled) return waySaid(troubled, words) || words.reconnecting;
  return state.others.some(({ way }) => way === "open") ? words.talking : words.connecting;
}

function waySaid({ way, presence, name }: Other, words: CallWords): string {
  if (presence === "interrupted") return words.away(name);
  if (presence === "invited") return words.joining(name);
  return way === "troubled" ? words.reconnectingTo(name) : "";
}

const DEVICES = ["voice", "camera"] as const; // of a screen its own words come with it

interface NotesProps {
  carried: Carried;
  words: CallWords;
  names: string;
  offers: Offers;
}

/** What is amiss or should be known, each in a sentence with what to do. */
function Notes({ carried, words, names, offers }: NotesProps): VNode {
  const state = carried.state.value;
  const own = carried.note;
  const silent: Note = { text: words.silent, choices: [[words.hear, () => carried.listen()]] };
  const said = [...(own ? [own] : []), ...(carried.silent.value ? [silent] : [])];
  const notes = [
    ...DEVICES.flatMap((device) => {
      const trouble = state.trouble[device];
      return trouble ? [(words.trouble[device] as Record<string, string>)[trouble] ?? ""] : [];
    }),
    ...(state.paused ? [words.paused] : state.line ? [] : [words.noLine]),
    ...(state.stepped ? [words.stepped] : []),
    ...(state.surface && state.surface !== "veiled" && names ? [words.youShare(names)] : []),
  ];
  return (
    <div class="call-notes" role="status">
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <Elsewhere state={state} words={words} offers={offers} />
      {said.map(({ text, choices }) => (
        <p key={text}>
          {text}{" "}
          {choices.map(([label, choose]) => (
            <button key={label} type="button" class="call-link" onClick={choose}>
              {label}
            </button>
          ))}
        </p>
      ))}
    </div>
  );
}

/** What this page or this workstation has not, another place has: said where the trouble is. */
function Elsewhere({ state, words, offers }: { state: CallState; words: CallWords; offers: Offers }): VNode | null {
  const troubles = [state.trouble.voice, state.trouble.camera];
  const window = troubles.includes("forbidden") ? offers.window : undefined;
  const phone = troubles.some((trouble) => trouble && trouble !== "denied" && trouble !== "off")
    ? offers.phone
    : undefined;
  const choices = [
    [words.openWindow, window],
    [words.usePhone, phone],
  ] as const;
  if (!window && !phone) return null;
  return (
    <p>
      {choices.map(([label, run]) =>
        run ? (
          <button key={label} type="button" class="call-link" onClick={run}>
            {label}
          </button>
        ) : null,
      )}
    </p>
  );
}
