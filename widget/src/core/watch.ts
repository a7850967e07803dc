// When nothing comes from the other side any more: what to try, and when. Measured: a browser holds on to a dead way for
// three and a half seconds, so another one has to be found by then; waiting for its own verdict takes nine.
export type Remedy = "restart" | "relay" | "renew" | "give_up";

export const LOOK = 500;
const COMES = 3_000;
const PATIENCE = 3_400; // the polite one lets the other restart: two at once undo what each began
const QUIET: readonly [after: number, remedy: Remedy][] = [
  [1_500, "restart"],
  [5_000, "relay"],
  [10_000, "renew"],
  [30_000, "give_up"],
];
/** A connection that never was takes its time: candidates have to be found on both sides. */
const NEVER: readonly [after: number, remedy: Remedy][] = [
  [5_000, "relay"],
  [12_000, "renew"],
  [30_000, "give_up"],
];

/** Watches one other participant, across all connections to them. */
export class Watch {
  private connected = false;
  private tried = 0;
  private bytes = 0;
  private resting = false;

  constructor(
    private quietSince: number,
    private readonly polite = false,
  ) {}

  /** Whether something is being tried, so that the person can be told. */
  get troubled(): boolean {
    return this.connected && this.tried > 0;
  }

  /** Whether anything came, ever, and still does. */
  get open(): boolean {
    return this.connected && this.tried === 0;
  }

  /** The count of what arrived, as the connection has it; another count than before means that something came. */
  counted(bytes: number, now: number): void {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    if (bytes === 0) return; // a new connection begins to count
    this.connected = true;
    this.quietSince = now;
    this.tried = 0;
  }

  /** Nobody is there to be heard: their page is gone, and will come back with a new connection. */
  rest(): void {
    this.resting = true;
  }

  wake(now: number): void {
    if (!this.resting) return;
    this.resting = false;
    this.quietSince = now;
    this.tried = 0;
  }

  /** Another connection is made, and nothing is amiss: it has a while to come. */
  anew(now: number): this {
    if (this.tried === 0) this.quietSince = now + COMES;
    return this;
  }

  /** What to try now, each remedy once. */
  check(now: number): Remedy | null {
    if (this.resting) return null;
    const step = (this.connected ? QUIET : NEVER)[this.tried];
    const patience = this.polite && step?.[1] === "restart" ? PATIENCE : 0;
    if (!step || now - this.quietSince < step[0] + patience) return null;
    this.tried += 1;
    return step[1];
  }
}
