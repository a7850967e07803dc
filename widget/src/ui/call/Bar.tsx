import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Carried } from "../../browser/carried";
import { isTalking } from "../../core/callState";
import type { CallWords } from "../../core/words/call.en";
import { More } from "../icons";
import type { IconComponent } from "../signs";
import { Camera, CameraOff, HangUp, Mic, MicOff, Screen, ScreenOff } from "./signs";

/** Where else a call can go on; and whether there is anything here that could be shared. */
export interface Offers {
  window?: () => void;
  phone?: () => void;
  noScreen?: boolean;
  more?: VNode; // what only this place can do
}

interface BarProps {
  carried: Carried;
  words: CallWords;
  offers: Offers;
  large: boolean;
  setLarge(large: boolean): void;
}

/** One bar, with words. What a button says is what it will do. */
export function Bar({ carried, words, offers, large, setLarge }: BarProps): VNode {
  const state = carried.state.value;
  const { voice, camera } = state.mine;
  const talking = isTalking(state);
  return (
    <div class="call-bar" role="toolbar" aria-label={words.bar} onKeyDown={rove}>
      <Control
        icon={voice ? Mic : MicOff}
        label={voice ? words.mute : words.unmute}
        off={!voice}
        onClick={() => carried.want("voice", !voice)}
      />
      {talking ? (
        <>
          <Control
            icon={camera ? Camera : CameraOff}
            label={words.camera}
            name={camera ? words.cameraOff : words.cameraOn}
            on={camera}
            onClick={() => carried.want("camera", !camera)}
          />
          {offers.noScreen ? null : <Share carried={carried} words={words} />}
          {offers.more}
          <MoreMenu carried={carried} words={words} offers={offers} large={large} setLarge={setLarge} />
        </>
      ) : null}
      <Control
        icon={HangUp}
        label={talking ? words.leave : words.cancel}
        name={talking ? words.leaveCall : words.cancelCall}
        danger
        onClick={() => carried.leave()}
      />
    </div>
  );
}

function Share({ carried, words }: Pick<BarProps, "carried" | "words">): VNode {
  const { screen } = carried.state.value.mine;
  return (
    <Control
      icon={screen ? ScreenOff : Screen}
      label={screen ? words.stop : words.share}
      name={screen ? words.shareOff : words.shareOn}
      on={screen}
      onClick={() => carried.want("screen", !screen)}
    />
  );
}

interface ControlProps {
  icon: IconComponent;
  label: string;
  name?: string; // what it does, where the word alone does not say it
  on?: boolean;
  off?: boolean;
  danger?: boolean;
  open?: boolean;
  onClick(): void;
}

export function Control({ icon: Icon, label, name, on, off, danger, open, onClick }: ControlProps): VNode {
  const look = [on && "on", off && "off", danger && "danger"].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      class={`call-control ${look}`}
      aria-label={name ?? label}
      title={name ?? label}
      {...(open === undefined ? {} : { "aria-expanded": open })}
      onClick={onClick}
    >
      <Icon />
      <span aria-hidden="true">{label}</span>
    </button>
  );
}

/** What is needed seldom: how well it goes, and a larger picture. */
function MoreMenu({ carried, words, offers, large, setLarge }: BarProps): VNode {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { quality } = carried.state.value;
  const choices = [
    [large ? words.smaller : words.larger, () => setLarge(!large)],
    [words.openWindow, offers.window],
    [words.usePhone, offers.phone],
  ] as const;
  const close = () => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it closes when the focus leaves it, or by Escape
    <div
      class="call-more"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget && !box.current?.contains(event.relatedTarget as Node)) setOpen(false);
      }}
    >
      <Control icon={More} label={words.more} open={open} onClick={() => setOpen(!open)} />
      {open ? (
        <div class="call-menu">
          <p>{quality ? words.quality[quality] : words.connecting}</p>
          {choices.map(([label, run]) =>
            run ? (
              <button
                key={label}
                type="button"
                onClick={() => {
                  run();
                  close();
                }}
              >
                {label}
              </button>
            ) : null,
          )}
        </div>
      ) : null}
    </div>
  );
}

/** Arrows go along the bar. */
function rove(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  const bar = event.currentTarget as HTMLElement;
  const controls = [...bar.querySelectorAll<HTMLElement>(".call-control")];
  const here = controls.indexOf(document.activeElement as HTMLElement);
  const turn = getComputedStyle(bar).direction === "rtl" ? -step : step;
  controls[(here + turn + controls.length) % controls.length]?.focus();
  event.preventDefault();
}
