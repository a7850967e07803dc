// Two people in a call, without a browser: their cores, connections as strict as WebRTC's, and a server between them
// that loses and repeats. Everything happens in an order that a seed decides.
import { Call, type CallInput, type CallOutput } from "../../widget/src/core/call";
import type { CallFrame, FromCalls, SignalFrame, ToCalls } from "../../widget/src/core/callFrames";
import type { PairInput, PairOrder } from "../../widget/src/core/pair";

export const SERVERS = [{ urls: "turn:relay.example", username: "u", credential: "c" }];
type Signaling = "stable" | "have-local-offer" | "have-remote-offer";

/** An RTCPeerConnection's signalling, by the book: what the book forbids throws. */
export class Connection {
  signaling: Signaling = "stable";
  remote: string | null = null;
  settled = 0; // how many offers were answered
  closed = false;
  relayed = false;
  readonly todo: (() => PairInput[])[] = [];
  private made = 0;
  private wants: boolean;
  private offerOf: string | null = null;

  constructor(
    readonly name: string,
    polite: boolean,
  ) {
    this.wants = !polite;
    if (!polite) this.todo.push(() => this.negotiate());
  }

  restart(): void {
    this.wants = true;
    this.todo.push(() => this.negotiate());
  }

  order(order: Exclude<PairOrder, { kind: "say" }>): void {
    if (order.kind === "restart") this.restart();
    if (order.kind === "offer") this.todo.push(() => this.offer());
    if (order.kind === "accept") this.todo.push(() => this.accept(order.description));
    if (order.kind === "add") this.todo.push(() => []);
  }

  private negotiate(): PairInput[] {
    return this.signaling === "stable" && this.wants ? [{ kind: "needed" }] : [];
  }

  private offer(): PairInput[] {
    if (this.signaling === "have-remote-offer") throw new Error("an offer while theirs is open");
    this.signaling = "have-local-offer";
    this.wants = false;
    this.made += 1;
    this.offerOf = `${this.name}#${this.made}`;
    return [{ kind: "described", description: { type: "offer", sdp: this.offerOf } }, this.candidate()];
  }

  private accept({ type, sdp }: { type: string; sdp: string }): PairInput[] {
    this.remote = sdp;
    if (type === "answer") {
      if (this.signaling !== "have-local-offer") throw new Error("an answer to nothing");
      if (sdp !== `re:${this.offerOf}`) throw new Error(`an answer to ${sdp}, not to ${this.offerOf}`);
      this.signaling = "stable";
      this.settled += 1;
      return [{ kind: "accepted" }, ...this.negotiate()];
    }
    if (this.signaling === "have-local-offer") this.wants = true; // rolled back: what it was for is still wanted
    this.signaling = "have-remote-offer";
    this.todo.unshift(() => this.answer(sdp));
    return [{ kind: "accepted" }];
  }

  private answer(offer: string): PairInput[] {
    this.signaling = "stable";
    this.settled += 1;
    const description = { type: "answer" as const, sdp: `re:${offer}` };
    return [{ kind: "described", description }, this.candidate(), ...this.negotiate()];
  }

  private candidate(): PairInput {
    return { kind: "candidate", candidate: { candidate: `by ${this.name}`, sdpMid: "0", sdpMLineIndex: 0 } };
  }
}

/** One side: a core and the connection it asked for. */
export class Side {
  readonly core: Call;
  connection: Connection | null = null;
  generation = 0;
  outputs: CallOutput[] = [];
  private readonly shown = new Set<string>();
  stages = true; // what stands in its state is on the screen at once

  constructor(
    readonly name: string,
    readonly world: Wired,
  ) {
    this.core = new Call("call", "c", () => {
      world.ids += 1; // a page that was loaded anew repeats none: an old acknowledgement would mean another signal
      return `${name}${world.ids}`;
    });
  }

  receive(input: CallInput): void {
    for (const output of this.core.receive(input, this.world.now)) {
      this.outputs.push(output);
      if (output.kind === "send") this.world.heard(this.name, output.frame);
      if (output.kind === "unmake" && this.connection) this.connection.closed = true;
      if (output.kind === "make") {
        this.generation = output.generation;
        this.connection = new Connection(`${this.name}.${output.generation}`, output.polite);
      }
      if (output.kind === "order") this.connection?.order(output.order);
      if (output.kind === "relay" && this.connection) this.connection.relayed = true;
    }
    if (input.kind === "frame" && this.stages) this.stage();
  }

  private stage(): void {
    for (const { id } of this.core.state.others.filter((one) => !this.shown.has(one.id))) {
      this.shown.add(id);
      this.receive({ kind: "shown", other: id });
    }
  }

  /** Let the connection do one thing. */
  work(): boolean {
    const { connection, generation } = this;
    const act = connection?.todo.shift();
    if (!connection || !act) return false;
    const other = this.name === "a" ? "b" : "a";
    if (!connection.closed) for (const input of act()) this.receive({ kind: "pair", other, generation, input });
    return true;
  }
}

type Wire = { to: string; frame: FromCalls };

/** The two of them and the server. `chance` decides what is lost, repeated, and who is next. */
export class Wired {
  now = 0;
  ids = 0;
  generation = 1;
  version = 1;
  off: CallFrame["off"] = [];
  a = new Side("a", this);
  b = new Side("b", this);
  readonly lines: Record<string, boolean> = { a: true, b: true };
  readonly tabs: Record<string, string> = {};
  readonly wire: Wire[] = [];
  quiet = false; // nothing arrives from the other side, though nothing was closed
  private readonly unacknowledged = new Map<string, Wire>();

  constructor(readonly chance: () => number = () => 0.5) {}

  side = (name: string): Side => (name === "a" ? this.a : this.b);

  join(): void {
    for (const side of [this.a, this.b]) side.receive({ kind: "join", voice: true });
  }

  roster(you: string): CallFrame {
    const other = you === "a" ? "b" : "a";
    const person = (id: string) => ({
      id,
      kind: id === "a" ? ("contact" as const) : ("agent" as const),
      name: id,
      presence: id in this.tabs ? ("joined" as const) : ("invited" as const),
      camera: false,
      screen: false,
      voice: true,
    });
    return {
      type: "call",
      call: "call",
      conversation: "c",
      phase: "connecting",
      version: this.version,
      you,
      carried: "page",
      off: this.off,
      most: 3,
      invited: [],
      participants: [person("a"), person("b")],
      pairs: [{ with: other, polite: you === "b", generation: this.generation }],
    };
  }

  heard(by: string, frame: ToCalls): void {
    if (!this.lines[by]) return;
    if (frame.type === "signal_ack") this.unacknowledged.delete(frame.id);
    if (frame.type === "call_here") this.here(by, frame.tab);
    if (frame.type !== "signal" || frame.generation !== this.generation || !(by in this.tabs)) return;
    const { to, ...rest } = frame;
    const signal: Wire = { to, frame: { ...rest, from: by } as SignalFrame };
    this.unacknowledged.set(frame.id, signal);
    if (this.chance() > 0.2) this.wire.push(signal);
  }

  private here(by: string, tab: string): void {
    if (this.tabs[by] !== undefined && this.tabs[by] !== tab) this.generation += 1;
    this.tabs[by] = tab;
    this.version += 1;
    this.wire.push({ to: by, frame: { type: "ice", call: "call", servers: SERVERS, ttl_s: 600 } });
    for (const to of ["a", "b"]) this.wire.push({ to, frame: this.roster(to) });
  }

  cut(name: string): void {
    this.lines[name] = false;
    this.side(name).receive({ kind: "line", up: false });
  }

  mend(name: string): void {
    this.lines[name] = true;
    this.side(name).receive({ kind: "line", up: true });
  }

  /** The page is loaded anew. */
  reload(name: "a" | "b"): void {
    this[name] = new Side(name, this);
    (this[name].core as unknown as { tab: string }).tab = `again${this.version}`;
    this.lines[name] = true;
    this[name].receive({ kind: "join", voice: true });
  }

  /** One thing happens somewhere. Signals may overtake one another; the server's other frames keep their order. */
  step(): boolean {
    const first = this.wire.findIndex(({ frame }) => frame.type !== "signal");
    const signals = this.wire.flatMap(({ frame }, index) => (frame.type === "signal" ? [index] : []));
    const acts: (() => boolean)[] = [
      ...(first >= 0 ? [() => this.deliver(first)] : []),
      ...signals.map((index) => () => this.deliver(index)),
      ...["a", "b"]
        .filter((name) => this.side(name).connection?.todo.length)
        .map((name) => () => this.side(name).work()),
    ];
    const act = acts[Math.floor(this.chance() * acts.length)];
    return act ? act() : false;
  }

  private deliver(index: number): boolean {
    const [sent] = this.wire.splice(index, 1);
    if (sent && this.lines[sent.to]) this.side(sent.to).receive({ kind: "frame", frame: sent.frame });
    if (sent && this.chance() < 0.2) this.wire.push(sent); // and once more
    return true;
  }

  /** Time goes by: candidates are told, and the server repeats what nobody acknowledged. */
  pass(ms: number): void {
    this.now += ms;
    for (const signal of this.unacknowledged.values())
      if ((signal.frame as SignalFrame).generation === this.generation) this.wire.push(signal);
    for (const side of [this.a, this.b]) {
      if (!this.quiet && side.connection?.settled) this.count(side);
      side.receive({ kind: "tick" });
    }
  }

  private count(side: Side): void {
    const sample = { bytes: this.now, lost: 0, rtt: 20, relayed: false };
    side.receive({ kind: "sample", other: side.name === "a" ? "b" : "a", generation: side.generation, sample });
  }

  /** Until nothing is left to do. */
  settle(): void {
    for (let round = 0; round < 40; round += 1) {
      for (let steps = 0; steps < 400 && this.step(); steps += 1);
      this.pass(200);
    }
  }
}
