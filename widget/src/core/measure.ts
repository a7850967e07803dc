// How well a call goes, from what its connections count. Pure.
export interface Sample {
  bytes: number; // arrived over this connection, ever
  lost: number; // part of the packets since the last sample, 0 to 1
  rtt: number | null; // ms
  relayed: boolean;
}
export interface Report {
  relayed: boolean;
  first_frame_ms: number | null;
  loss: number;
  rtt_ms: number | null;
  mos: number | null;
}

const STEP_DOWN_AFTER = 12; // samples in a row, two a second
const SLOW = 0.1; // weight of a new sample

/** Gathers the samples of a call: what to show, when to let the picture go, and what to report at the end. */
export class Measure {
  private lost = 0;
  private rtt: number | null = null;
  private relayed = false;
  private bad = 0;
  private samples = 0;
  private begunAt: number | null = null;
  private firstFrame: number | null = null;

  /** The first connection is being made. */
  begin(now: number): void {
    this.begunAt ??= now;
  }

  /** Something of the other side is seen or heard. */
  playing(now: number): void {
    if (this.begunAt !== null) this.firstFrame ??= now - this.begunAt;
  }

  sample({ lost, rtt, relayed }: Sample): void {
    this.samples += 1;
    this.lost += (lost - this.lost) * SLOW;
    if (rtt !== null) this.rtt = this.rtt === null ? rtt : this.rtt + (rtt - this.rtt) * SLOW;
    this.relayed ||= relayed;
    this.bad = this.lost > 0.12 ? this.bad + 1 : 0;
  }

  get quality(): "good" | "fair" | "poor" | null {
    if (this.samples < 3) return null;
    if (this.lost > 0.1 || (this.rtt ?? 0) > 700) return "poor";
    return this.lost > 0.03 || (this.rtt ?? 0) > 350 ? "fair" : "good";
  }

  /** Whether the voice needs what the picture takes. Told once; then it is counted anew. */
  stepsDown(): boolean {
    if (this.bad < STEP_DOWN_AFTER) return false;
    this.bad = 0;
    return true;
  }

  /** What is told at the end; null of a call that never came about. */
  report(): Report | null {
    const { relayed, lost, rtt, firstFrame } = this;
    if (this.begunAt === null) return null;
    return {
      relayed,
      first_frame_ms: firstFrame,
      loss: Math.round(lost * 1000) / 1000,
      rtt_ms: rtt === null ? null : Math.round(rtt),
      mos: rtt === null ? null : mos(lost, rtt),
    };
  }
}

/** How a listener would rate it, 1 to 4.5: ITU-T G.107's E-model, shortened for Opus. */
export function mos(lost: number, rtt: number): number {
  const delay = rtt / 2 + 40; // the buffer against jitter
  const rating = 93.2 - (delay < 160 ? delay / 40 : (delay - 120) / 10) - 250 * lost;
  const r = Math.min(100, Math.max(0, rating));
  const score = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
  return Math.round(Math.min(4.5, Math.max(1, score)) * 100) / 100;
}
