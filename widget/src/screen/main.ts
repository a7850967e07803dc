// The code that masks a page while it is shared. The launcher fetches it when a share begins, and never before. It
// answers the panel's questions only while the masks hold; an answer that does not come stops the picture there.
import type { AskMasks, FromScreen, Pointed, ToScreen } from "../core/screening";
import { Frame } from "./frame";
import { Masks } from "./masks";

const ALONE = 30_000; // a panel that asks nothing for so long is gone, and its capture with it
const AFTER = 1_000; // the panel's frame goes 0.8 s after its person: until then the masks stay

/** The panel's frame, as the launcher has it. */
interface Panel {
  post(message: { type: "screen" } & FromScreen): unknown;
}

class Sharing {
  private readonly handle = crypto.getRandomValues(new Uint32Array(4)).join("-");
  private readonly masks = new Masks();
  private readonly frame: Frame;
  private painted = 0;
  private heardAt = Date.now();
  private goneAt = 0;
  private drawing = 0;
  private asked: number | null = null;

  constructor(
    readonly key: string,
    private readonly panel: Panel,
    private readonly current: () => Panel | null,
  ) {
    this.frame = new Frame(() => panel.post({ type: "screen", key, stop: true }));
    try {
      devices()?.setCaptureHandleConfig?.({ handle: this.handle, permittedOrigins: [new URL(import.meta.url).origin] });
    } catch {} // not the top page: the panel will not find the handle, and shows nothing
    this.draw();
  }

  ask(asked: AskMasks): void {
    this.heardAt = Date.now();
    this.frame.say(asked);
    this.asked = asked.n;
    if (this.painted > 2) this.answer();
  }

  point(pointed: Pointed): void {
    if (this.alive) this.frame.point(pointed);
  }

  private get alive(): boolean {
    return this.current() === this.panel;
  }

  end(): void {
    cancelAnimationFrame(this.drawing);
    this.masks.end();
    this.frame.end();
    try {
      devices()?.setCaptureHandleConfig?.({ handle: "", permittedOrigins: [] });
    } catch {}
  }

  /** Before each painting: whatever is new is covered, too. The first answer waits until the masks were painted. */
  private draw(): void {
    this.masks.cover();
    this.frame.draw(this.masks.covered());
    this.painted += 1;
    if (this.painted === 3) this.answer();
    const now = Date.now();
    if (!this.alive && !this.goneAt) {
      this.goneAt = now;
      this.frame.hush();
    }
    if ((this.goneAt && now - this.goneAt > AFTER) || now - this.heardAt > ALONE) finish();
    else this.drawing = requestAnimationFrame(() => this.draw());
  }

  private answer(): void {
    if (this.asked === null) return;
    const masked = this.masks.holds();
    this.panel.post({ type: "screen", key: this.key, n: this.asked, masked, handle: this.handle });
    this.asked = null;
  }
}

interface CaptureHandles {
  setCaptureHandleConfig?(config: { handle: string; permittedOrigins: string[] }): void;
}
const devices = () => navigator.mediaDevices as CaptureHandles | undefined;

let sharing: Sharing | null = null;

function finish(): void {
  sharing?.end();
  sharing = null;
}

/** Take what a panel says; `current` tells which one is the page's now. */
export function share(said: ToScreen, panel: Panel, current: () => Panel | null): void {
  const { key } = said;
  if ("n" in said) {
    if (sharing?.key !== key) finish();
    sharing ??= new Sharing(key, panel, current);
    sharing.ask(said);
  } else if (sharing?.key === key) {
    if ("x" in said) sharing.point(said);
    else finish();
  }
}
