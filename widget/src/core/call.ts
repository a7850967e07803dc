// My part of one call, without I/O: frames, wishes and what happened to connections go in; what to do comes out.
import type { CallInput, CallOutput, Heard, Taken } from "./callContract";
import { type CallFrame, type IceServer, ROOM, type SignalFrame } from "./callFrames";
import { type CallState, type Device, emptyCall, isTalking, type ScreenTrouble } from "./callState";
import { Measure, type Sample } from "./measure";
import { mediaOf, running, wanting } from "./mine";
import { Pair, type PairOrder } from "./pair";
import { othersIn, presences } from "./roster";
import { LOOK, type Remedy, Watch } from "./watch";

export type { CallInput, CallOutput } from "./callContract";

const PAUSE_AFTER = 5_000; // without the server nobody could stop a picture, so none goes out
const EARLY_MAX = 64;

export class Call {
  state: CallState;
  private tab: string;
  private joined = false;
  private attached = false; // the server has answered this connection's call_here
  private downSince: number | null = null;
  private servers: IceServer[] | null = null;
  private last: CallFrame | null = null;
  private pairs = new Map<string, Pair>();
  private watches = new Map<string, Watch>();
  private ids = new Map<string, string>(); // a signal's id stays with it when it is said again
  private readonly early: SignalFrame[] = [];
  private readonly shown = new Set<string>(); // whose card was on the screen
  private readonly measure = new Measure();
  private outputs: CallOutput[] = [];

  constructor(
    readonly call: string,
    conversation: string,
    private readonly newId: () => string,
  ) {
    this.tab = newId();
    this.state = emptyCall(call, conversation);
  }

  receive(input: CallInput, now: number): CallOutput[] {
    this.outputs = [];
    if (this.state.over !== null) return [];
    this.inputs[input.kind](input as never, now);
    if (this.state.over === null) this.look(now);
    return this.outputs;
  }

  private readonly inputs: Taken = {
    join: ({ voice }) => {
      this.joined = true;
      this.patch({ mine: { ...this.state.mine, voice } });
      if (voice) this.emit({ kind: "device", device: "voice", on: true });
      this.here();
    },
    line: ({ up }, now) => this.line(up, now),
    frame: ({ frame }, now) => {
      if (!("call" in frame) || frame.call === this.call) this.frames[frame.type]?.(frame as never, now);
    },
    refused: ({ key, code }) => {
      if (key === this.call && code === "not_in_call") this.end("ended");
    },
    pair: ({ other, generation, input }, now) => {
      const pair = this.pairOf(other, generation);
      if (pair) this.obey(pair, pair.receive(input, now));
    },
    broken: ({ other, generation }) => {
      if (this.pairOf(other, generation)) this.renew();
    },
    playing: ({ other, generation }, now) => {
      if (this.pairOf(other, generation)) this.measure.playing(now);
    },
    sample: ({ other, generation, sample }, now) => this.sampled(other, generation, sample, now),
    want: ({ device, on }) => this.want(device, on),
    shown: ({ other }, now) => {
      this.shown.add(other);
      if (this.last) this.roster(this.last, now);
    },
    moved: (_input, now) => {
      for (const other of this.pairs.keys()) this.restart(other, now);
    },
    device: ({ device, trouble, surface }) => {
      this.state = running(this.state, device, trouble, surface);
      if (trouble || this.state.mine[device]) this.tellMedia();
    },
    surface: ({ surface }) => {
      if (this.state.surface !== null) this.patch({ surface });
      this.tellMedia(); // what is as it was is no news to the server
    },
    leave: () => {
      this.emit({ kind: "act", verb: isTalking(this.state) ? "call.leave" : "call.cancel", fields: {} });
      this.end("left");
    },
    tick: () => {},
  };

  private readonly frames: Heard = {
    call: (frame, now) => this.roster(frame, now),
    ice: ({ servers }, now) => {
      if (this.servers) this.emit({ kind: "servers", servers });
      this.servers = servers;
      if (!this.attached) this.attach(now);
    },
    signal: (frame, now) => {
      this.emit({ kind: "send", frame: { type: "signal_ack", id: frame.id } });
      this.signal(frame, now);
    },
    call_elsewhere: () => this.end("elsewhere"),
  };

  private roster(frame: CallFrame, now: number): void {
    if (this.last && frame.version < this.last.version) return;
    const shown = this.last?.participants.find(({ id }) => id === frame.you)?.screen;
    this.last = frame;
    const me = frame.participants.find(({ id }) => id === frame.you);
    this.patch({ phase: frame.phase, you: frame.you, invited: frame.invited });
    if (frame.phase === "ended") this.end("ended");
    else if (me?.presence === "left") this.end("left");
    if (this.state.over !== null) return;
    if (shown && me?.screen === false && this.state.surface !== null) this.want("screen", false, "stopped");
    for (const device of frame.off) if (this.state.mine[device]) this.want(device, false, "off");
    if (this.joined && this.servers) this.meet(frame, now);
  }

  /** Have one connection with everybody who is there, of the newest generation. */
  private meet(frame: CallFrame, now: number): void {
    const there = presences(frame, this.shown);
    for (const [other, pair] of this.pairs)
      if (!frame.pairs.some((each) => each.with === pair.other) || there.get(other) === "left") this.part(other);
    for (const { with: other, polite, generation } of frame.pairs) {
      if (there.get(other) === "interrupted") this.watches.get(other)?.rest();
      if (there.get(other) !== "joined") continue;
      this.watches.get(other)?.wake(now);
      const known = this.pairs.get(other);
      if (!known || known.generation < generation) this.make(new Pair(other, polite, generation), now);
    }
  }

  private make(pair: Pair, now: number): void {
    const { other, polite, generation } = pair;
    this.pairs.set(other, pair); // in place of another, which goes on until this one carries what it did
    this.watches.set(other, this.watches.get(other)?.anew(now) ?? new Watch(now, polite));
    this.measure.begin(now);
    this.emit({ kind: "make", other, generation, polite, servers: this.servers ?? [] });
    for (const frame of this.early.splice(0)) this.signal(frame, now); // those of others wait again
  }

  private part(other: string): void {
    this.pairs.delete(other);
    this.watches.delete(other);
    this.emit({ kind: "unmake", other });
  }

  private signal(frame: SignalFrame, now: number): void {
    const { from, generation, n, description, candidates } = frame;
    const pair = this.pairs.get(from);
    if (pair?.generation === generation) {
      const said = { ...(description ? { description } : {}), ...(candidates ? { candidates } : {}) };
      this.obey(pair, pair.receive({ kind: "signal", n, said }, now));
    } else if ((pair?.generation ?? 0) < generation && this.early.length < EARLY_MAX) this.early.push(frame);
  }

  private obey(pair: Pair, orders: PairOrder[]): void {
    for (const order of orders)
      if (order.kind === "say") this.say(pair, order);
      else this.emit({ kind: "order", other: pair.other, order });
  }

  private say({ other, generation }: Pair, { n, said }: Extract<PairOrder, { kind: "say" }>): void {
    const name = `${other}/${generation}/${n}`;
    const id = this.ids.get(name) ?? this.newId();
    this.ids.set(name, id);
    // Until the server knows this line it would refuse it; what was said is said again once it does.
    if (this.attached)
      this.emit({ kind: "send", frame: { type: "signal", id, call: this.call, to: other, generation, n, ...said } });
  }

  private line(up: boolean, now: number): void {
    if (!up) {
      this.attached = false;
      this.downSince ??= now;
      this.patch({ line: false });
    } else if (this.downSince !== null || !this.attached) this.here();
  }

  private here(): void {
    if (this.joined) this.emit({ kind: "send", frame: { type: "call_here", call: this.call, tab: this.tab } });
  }

  private attach(now: number): void {
    this.attached = true;
    const cutAt = this.downSince ?? now;
    this.downSince = null;
    if (this.state.paused) this.emit({ kind: "pictures", on: true });
    this.patch({ line: true, paused: false });
    for (const pair of this.pairs.values()) for (const told of pair.maybeLost(cutAt)) this.say(pair, told);
  }

  /** Ask for new connections: under another name this is another carrying, as after a reload. */
  private renew(): void {
    if (!this.attached) return;
    this.tab = this.newId();
    this.here();
  }

  private sampled(other: string, generation: number, sample: Sample, now: number): void {
    if (!this.pairOf(other, generation)) return;
    this.watches.get(other)?.counted(sample.bytes, now);
    this.measure.sample(sample);
    if (this.state.quality !== this.measure.quality) this.patch({ quality: this.measure.quality });
    if (!this.measure.stepsDown() || !this.state.mine.camera) return;
    this.want("camera", false);
    this.patch({ stepped: true });
  }

  private want(device: Device, on: boolean, why?: ScreenTrouble): void {
    if (this.state.mine[device] === on && !this.state.trouble[device]) return;
    if (on && this.last?.off.includes(device)) [on, why] = [false, "off"];
    this.state = why ? running(this.state, device, why) : wanting(this.state, device, on);
    this.emit({ kind: "device", device, on });
    if (!on || device === "voice") this.tellMedia(); // what is seen is told once it runs, that it stopped at once
  }

  private tellMedia(): void {
    if (this.joined) this.emit({ kind: "act", verb: "call.media", fields: mediaOf(this.state) });
  }

  /** Whatever is due, and when to come back. */
  private look(now: number): void {
    this.pauseIfAlone(now);
    for (const pair of this.pairs.values()) this.tend(pair, now);
    for (const [other, watch] of this.watches) {
      const remedy = watch.check(now);
      if (remedy) this.remedies[remedy](other, now);
      if (this.state.over !== null) return;
    }
    const others = this.last ? othersIn(this.last, this.watches) : [];
    if (JSON.stringify(others) !== JSON.stringify(this.state.others)) this.patch({ others });
    const soon = [...this.pairs.values()].flatMap(({ wakeAt }) => (wakeAt === null ? [] : [wakeAt]));
    if (this.pairs.size > 0 || this.downSince !== null) soon.push(now + LOOK);
    if (soon.length > 0) this.emit({ kind: "wake", at: Math.min(...soon) });
  }

  private pauseIfAlone(now: number): void {
    if (this.downSince === null || this.state.paused || now - this.downSince < PAUSE_AFTER) return;
    this.patch({ paused: true });
    this.emit({ kind: "pictures", on: false });
  }

  private tend(pair: Pair, now: number): void {
    if (pair.wakeAt !== null && now >= pair.wakeAt) this.obey(pair, pair.receive({ kind: "tick" }, now));
    if (pair.stuck(now)) this.renew();
  }

  private readonly remedies: Record<Remedy, (other: string, now: number) => void> = {
    restart: (other, now) => this.restart(other, now),
    relay: (other, now) => {
      if ((this.servers ?? []).some(({ urls }) => [urls].flat().some((url) => url.startsWith("turn"))))
        this.emit({ kind: "relay", other });
      this.restart(other, now);
    },
    renew: () => this.renew(),
    give_up: (other) => {
      if (this.watches.size > 1 && other !== ROOM) return this.part(other);
      this.emit({ kind: "act", verb: "call.leave", fields: {} });
      this.end("lost");
    },
  };

  private restart(other: string, now: number, pair = this.pairs.get(other)): void {
    // In a room one restarts only what one sends: what others send is offered by the room.
    if (pair && (other === ROOM || !this.pairs.has(ROOM))) this.obey(pair, pair.receive({ kind: "restart" }, now));
  }

  private end(why: NonNullable<CallState["over"]>): void {
    const report = this.measure.report();
    if (report && why !== "elsewhere") this.emit({ kind: "act", verb: "call.report", fields: report });
    for (const other of this.pairs.keys()) this.emit({ kind: "unmake", other });
    for (const device of ["voice", "camera", "screen"] as const) this.emit({ kind: "device", device, on: false });
    this.pairs.clear();
    this.watches.clear();
    this.patch({ over: why });
    this.emit({ kind: "over" });
  }

  private pairOf(other: string, generation: number): Pair | null {
    const pair = this.pairs.get(other);
    return pair?.generation === generation ? pair : null;
  }

  private patch(part: Partial<CallState>): void {
    this.state = { ...this.state, ...part };
  }

  private emit(output: CallOutput): void {
    this.outputs.push(output);
  }
}
