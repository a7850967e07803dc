// Showing the page around this panel, masked. The page is covered before the browser asks what to show, so no picture
// is ever taken without; and the picture is let through only while the page goes on saying that its masks hold.
import {
  ASK_EVERY,
  type AskMasks,
  type FromScreen,
  type MasksAnswer,
  POINTS,
  SILENT_AFTER,
  type Surface,
} from "../core/screening";
import type { Carried } from "./carried";
import { openScreen } from "./screen";

const FIRST_WITHIN = 2_000; // the browser lets a click count for five seconds
const LOOK = 100;
const POINT_EVERY = 20; // what comes faster is nobody's hand

/** A page around: how it is shown, and what is to be said of that. */
export interface AroundUs {
  share(hears: Hears): Pick<Sharing, "begin" | "point" | "end">;
  note(carried: Carried): Note | null;
}
/** A sentence, and what can be answered to it. */
export interface Note {
  text: string;
  choices: [label: string, choose: () => void][];
}
/** A way to that page, what the tenant allows, and the words that stand in its border. */
export interface Page {
  alone: boolean; // there is none
  tell(detail: Record<string, string | number | boolean>): void;
  policy(): "tab" | "ask" | "any";
  said(): Omit<AskMasks, "key" | "n">;
}
export interface Shown {
  track: MediaStreamTrack;
  surface: Surface;
}
export interface Hears {
  surface(surface: Surface): void;
  stop(): void;
  /** There is something else to be said, or nothing any more. */
  told(): void;
}
interface CaptureHandle {
  getCaptureHandle?(): { handle?: string } | null;
}

export class Sharing {
  private readonly key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  private readonly ending = new AbortController();
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  private asked = 0;
  private pointedAt = 0;
  private answer: (MasksAnswer & { at: number }) | null = null;
  private track: MediaStreamTrack | null = null;
  private surface: Surface | null = null;

  /** Set while it is asked whether to show what has no masks: the answer goes in here. */
  choose: ((yes: boolean) => void) | null = null;

  constructor(
    private readonly page: Page,
    private readonly hears: Hears,
  ) {}

  /** Cover the page, then have the browser ask the person. Throws what `troubleOf` puts a name to. */
  async begin(): Promise<Shown> {
    addEventListener("message", (event) => this.heard(event), { signal: this.ending.signal });
    this.timers.push(setInterval(() => this.ask(), ASK_EVERY));
    this.ask();
    try {
      const policy = this.page.policy();
      if ((this.page.alone || !(await this.covered())) && policy === "tab") throw unmasked();
      const track = await openScreen(policy === "tab");
      this.track = track;
      track.enabled = false;
      if (this.over) throw unmasked();
      this.surface = await this.settle(track, policy);
      track.enabled = this.surface !== "veiled";
      this.timers.push(setInterval(() => this.look(), LOOK));
      return { track, surface: this.surface };
    } catch (failure) {
      this.end();
      throw failure;
    }
  }

  /** Draw where somebody points, in ten-thousandths of the picture's width and height. */
  point(who: string, said: string): void {
    const [, x, y] = /^(\d{1,5}),(\d{1,5})$/u.exec(said) ?? [];
    const now = Date.now();
    if (this.surface !== "page" || !x || !y || +x > POINTS || +y > POINTS || now - this.pointedAt < POINT_EVERY) return;
    this.pointedAt = now;
    this.page.tell({ key: this.key, x: +x, y: +y, who });
  }

  /** The picture ends before its masks do. */
  end(): void {
    if (this.over) return;
    this.ending.abort();
    this.choose?.(false);
    for (const timer of this.timers) clearInterval(timer);
    this.track?.stop();
    this.page.tell({ key: this.key, end: true });
  }

  private get over(): boolean {
    return this.ending.signal.aborted;
  }

  private ask(): void {
    this.asked += 1;
    const said = { ...this.page.said(), key: this.key, n: this.asked };
    this.page.tell(said as unknown as Record<string, string | number>);
  }

  private heard({ source, data }: MessageEvent<(FromScreen & { type?: string }) | null>): void {
    if (source !== window.parent || data?.type !== "screen" || data.key !== this.key) return;
    if ("stop" in data) this.hears.stop();
    // One that is late speaks of then, not of now.
    else if (data.n > (this.answer?.n ?? 0) && data.n <= this.asked) this.answer = { ...data, at: Date.now() };
    if (this.surface !== "other" && this.surface !== null) this.look();
  }

  private async settle(track: MediaStreamTrack, policy: "tab" | "ask" | "any"): Promise<Surface> {
    if (this.isThisPage(track)) return this.fresh() ? "page" : "veiled";
    if (policy === "tab" || (policy === "ask" && !(await this.allowed())) || this.over) throw unmasked();
    return "other";
  }

  /** What was chosen is not this page, so nothing in it is covered: show it all the same? */
  private async allowed(): Promise<boolean> {
    const answer = await new Promise<boolean>((resolve) => {
      this.choose = resolve;
      this.hears.told();
    });
    this.choose = null;
    this.hears.told();
    return answer;
  }

  /** Only the page around us carries the handle, and only we may read it: whatever else was chosen has another or none. */
  private isThisPage(track: MediaStreamTrack): boolean {
    const { handle } = (track as CaptureHandle).getCaptureHandle?.() ?? {};
    const surface = (track.getSettings() as { displaySurface?: string }).displaySurface;
    return surface === "browser" && !!handle && handle === this.answer?.handle;
  }

  private fresh(): boolean {
    return this.answer?.masked === true && Date.now() - this.answer.at < SILENT_AFTER;
  }

  private look(): void {
    if (!this.track || this.over || this.surface === "other" || this.surface === null) return;
    const now = this.fresh() && this.isThisPage(this.track) ? "page" : "veiled";
    this.track.enabled = now === "page";
    if (now === this.surface) return;
    this.surface = now;
    this.hears.surface(now);
  }

  private covered(): Promise<boolean> {
    const until = Date.now() + FIRST_WITHIN;
    return new Promise((resolve) => {
      const look = () => {
        if (this.fresh()) resolve(true);
        else if (this.over || Date.now() > until) resolve(false);
        else setTimeout(look, 20);
      };
      look();
    });
  }
}

const unmasked = () => new DOMException("nobody confirms the masks", "Unmasked");
