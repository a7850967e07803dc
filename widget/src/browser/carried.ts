// The call that this tab carries: drives its core with the line, real connections and real devices.
import { type ReadonlySignal, signal } from "@preact/signals";
import { Call, type CallInput, type CallOutput } from "../core/call";
import type { CallFrame } from "../core/callFrames";
import { type CallState, type Device, isTalking } from "../core/callState";
import { open, troubleOf } from "./devices";
import { Peers } from "./rtc";
import type { Called, Desk } from "./run";
import type { AroundUs, Note, Shown } from "./sharing";

export type Pictures = Partial<Record<"camera" | "screen", MediaStreamTrack>>;

export class Carried {
  private readonly now_ = signal<CallState>(null as unknown as CallState);
  private readonly seen_ = signal<Record<string, Pictures>>({});
  private readonly own_ = signal<Pictures>({});
  private readonly silent_ = signal(false);
  private readonly notes_ = signal<AroundUs["note"] | null>(null);
  private sharing: ReturnType<AroundUs["share"]> | null = null;
  private readonly core: Call;
  private readonly peers: Peers;
  private readonly sounds = new Map<string, HTMLAudioElement>();
  private readonly stopping = new AbortController();
  private readonly stops: (() => void)[];
  private readonly local: Partial<Record<Device, MediaStreamTrack>> = {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private live: boolean | null = null;
  /** Since when somebody is there, as this tab saw it. */
  since: number | null = null;

  constructor(
    private readonly desk: Desk,
    readonly call: string,
    readonly conversation: string,
    private readonly over: (why: CallState["over"]) => void,
    private readonly around: () => Promise<AroundUs>,
  ) {
    this.core = new Call(call, conversation, desk.newId);
    this.now_.value = this.core.state;
    this.peers = new Peers(
      (input) => this.receive(input),
      (other, device, track) => this.see(other, device, track),
      (other, said) => this.sharing?.point(this.nameOf(other), said.replace(`${this.core.state.you} `, "")),
    );
    navigator.mediaDevices?.addEventListener("devicechange", () => this.devicesChanged(), this.stopping);
    const moved = () => this.receive({ kind: "moved" });
    addEventListener("online", moved, this.stopping);
    (navigator as { connection?: EventTarget }).connection?.addEventListener("typechange", moved, this.stopping);
    this.stops = [desk.onCalled((frame) => this.heard(frame)), desk.state.subscribe(({ link }) => this.line(link))];
  }

  get state(): ReadonlySignal<CallState> {
    return this.now_;
  }

  /** The pictures of the others, by participant. */
  get seen(): ReadonlySignal<Record<string, Pictures>> {
    return this.seen_;
  }

  get own(): ReadonlySignal<Pictures> {
    return this.own_;
  }

  /** The browser plays no sound until the person has touched the page. */
  get silent(): ReadonlySignal<boolean> {
    return this.silent_;
  }

  /** What the microphone gives, while it is open. */
  get voice(): MediaStreamTrack | undefined {
    return this.local.voice;
  }

  /** What there is to say of the page that is shown. */
  get note(): Note | null {
    return this.notes_.value?.(this) ?? null;
  }

  /** Point at the page that another shows, in ten-thousandths of its width and height. */
  point(other: string, said: string): void {
    this.peers.point(other, said);
  }

  /** Take part from this tab. Only now a device opens. */
  join(known: CallFrame | undefined): void {
    this.receive({ kind: "join", voice: true });
    if (known) this.receive({ kind: "frame", frame: known });
  }

  want(device: Device, on: boolean): void {
    this.receive({ kind: "want", device, on });
  }

  /** Somebody's card is on the screen. */
  shown(other: string): void {
    this.receive({ kind: "shown", other });
  }

  leave(): void {
    this.receive({ kind: "leave" });
  }

  /** Play what could not be played before: the person has just clicked. */
  listen(): void {
    this.silent_.value = false;
    for (const sound of this.sounds.values()) void this.play(sound);
  }

  /** End everything that runs here, without a word to anybody: the log-in is over, or the call is. */
  stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
    for (const device of ["voice", "camera", "screen"] as const) this.close(device);
    this.peers.close();
    for (const sound of this.sounds.values()) sound.remove();
    this.sounds.clear();
  }

  private receive(input: CallInput): void {
    if (this.stopping.signal.aborted) return;
    for (const output of this.core.receive(input, Date.now())) this.obey[output.kind](output as never);
    this.now_.value = this.core.state;
    if (isTalking(this.core.state)) this.since ??= Date.now();
  }

  private readonly obey: { [K in CallOutput["kind"]]: (output: Extract<CallOutput, { kind: K }>) => void } = {
    send: ({ frame }) => this.desk.tell(frame),
    act: ({ verb, fields }) => void this.act(verb, fields),
    make: (output) => this.peers.make(output),
    unmake: ({ other }) => this.peers.unmake(other),
    order: ({ other, order }) => this.peers.order(other, order),
    servers: ({ servers }) => this.peers.serve(servers),
    relay: ({ other }) => this.peers.relayOnly(other),
    device: ({ device, on }) => (on ? void this.open(device) : this.rest(device)),
    pictures: ({ on }) => this.peers.show(on),
    wake: ({ at }) => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.receive({ kind: "tick" }), Math.max(0, at - Date.now()));
    },
    over: () => {
      this.now_.value = this.core.state;
      this.stop();
      this.over(this.core.state.over);
    },
  };

  /** What the server does not let us show stops here, too. */
  private async act(verb: string, fields: object): Promise<void> {
    const answer = await this.desk.act(verb, this.conversation, { call: this.call, ...fields });
    if (answer.ok || verb !== "call.media" || answer.code !== "switched_off") return;
    this.want("camera", false);
    this.want("screen", false);
  }

  private heard(frame: Called): void {
    if (frame.type === "no") this.receive({ kind: "refused", key: frame.key, code: frame.code });
    else this.receive({ kind: "frame", frame });
  }

  private line(link: string): void {
    const live = link === "live";
    if (live === this.live) return;
    const first = this.live === null;
    this.live = live;
    // `subscribe` tells at once how it stands; what is live from the start needs no word.
    if (!first || !live) this.receive({ kind: "line", up: live });
  }

  private async open(device: Device): Promise<void> {
    const kept = this.local[device];
    if (kept?.readyState === "live") {
      kept.enabled = true;
      this.receive({ kind: "device", device, trouble: null });
      return;
    }
    try {
      const { track, surface } = device === "screen" ? await this.openScreen() : { track: await open(device) };
      if (this.stopping.signal.aborted || !this.core.state.mine[device]) return track.stop();
      this.local[device] = track;
      track.onended = () => this.ended(device);
      this.show(device, track);
      this.receive({ kind: "device", device, trouble: null, ...(surface ? { surface } : {}) });
    } catch (failure) {
      // Whoever closes the browser's own question about the screen has simply thought better of it.
      const trouble = (failure as Error).name === "Unmasked" ? "unmasked" : troubleOf(failure, device);
      if (device === "screen" && trouble === "denied") this.want(device, false);
      else this.receive({ kind: "device", device, trouble });
    }
  }

  /** Within somebody's page that page alone, masked, unless its tenant allows more; at the desk what is chosen. */
  private async openScreen(): Promise<Shown> {
    const around = await this.around();
    this.sharing?.end();
    const told = () => {
      this.notes_.value = (carried) => around.note(carried); // another one each time, so that it is read anew
    };
    told();
    const surface = (now: Shown["surface"]) => this.receive({ kind: "surface", surface: now });
    this.sharing = around.share({ surface, stop: () => this.want("screen", false), told });
    return this.sharing.begin();
  }

  private nameOf(other: string): string {
    return this.core.state.others.find(({ id }) => id === other)?.name ?? "";
  }

  /** A muted microphone is heard again at once, so it stays; a camera and a screen close, and their light goes out. */
  private rest(device: Device): void {
    const track = this.local[device];
    if (device === "voice" && track && this.core.state.over === null) track.enabled = false;
    else this.close(device);
  }

  private close(device: Device): void {
    const track = this.local[device];
    delete this.local[device];
    if (track) {
      track.onended = null;
      track.stop();
    }
    if (device === "screen") {
      this.sharing?.end();
      this.sharing = null;
    }
    this.show(device, null);
  }

  /** It was unplugged, or the browser's own button stopped it. */
  private ended(device: Device): void {
    this.close(device);
    if (device === "screen") this.want(device, false);
    else this.receive({ kind: "device", device, trouble: "lost" });
  }

  private devicesChanged(): void {
    const { voice } = this.core.state.trouble;
    if (voice === "lost" || voice === "missing") this.want("voice", true);
  }

  private show(device: Device, track: MediaStreamTrack | null): void {
    this.peers.send(device, track);
    if (device === "voice") return;
    const { [device]: _before, ...rest } = this.own_.peek();
    this.own_.value = track ? { ...rest, [device]: track } : rest;
  }

  private see(other: string, device: Device, track: MediaStreamTrack | null): void {
    if (device === "voice") {
      this.sound(other, track);
      return;
    }
    const { [device]: _before, ...rest } = this.seen_.peek()[other] ?? {};
    this.seen_.value = { ...this.seen_.peek(), [other]: track ? { ...rest, [device]: track } : rest };
  }

  private sound(other: string, track: MediaStreamTrack | null): void {
    this.sounds.get(other)?.remove();
    this.sounds.delete(other);
    if (!track) return;
    const sound = document.createElement("audio");
    sound.srcObject = new MediaStream([track]);
    this.sounds.set(other, sound);
    document.body.append(sound);
    void this.play(sound);
  }

  private async play(sound: HTMLAudioElement): Promise<void> {
    await sound.play().catch((failure: unknown) => {
      if (failure instanceof DOMException && failure.name === "NotAllowedError") this.silent_.value = true;
    });
  }
}
