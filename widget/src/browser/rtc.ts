// Real connections to the others in a call: obeys what the core orders, strictly one order after the other, and says
// what came of it. Sound, camera and screen have a place each from the first offer on, so that starting, stopping and
// changing any of them needs no new agreement.
import type { CallInput, CallOutput } from "../core/call";
import { type Candidate, type Description, type IceServer, ROOM } from "../core/callFrames";
import type { Device } from "../core/callState";
import type { PairOrder } from "../core/pair";
import { Beat } from "./beat";
import { read, spoken } from "./counts";

const PLACES: readonly Device[] = ["voice", "camera", "screen"];
const BEAT = 500; // something has to arrive even where nobody has a device
const COUNT = 500;
const SETTLED = 2_000; // after it has connected a new way carries all that there is
const DRAWN = 400; // from the first of a picture that comes to the first that is whole
const PATIENCE = 15_000; // longer than the server waits for a room that nobody reaches
const STILL = 2; // counts in a row
/** When after a change of way pictures are a so manyth as wide: nothing is known of it yet, and the first may be lost. */
const SIZES: readonly [after: number, part: number][] = [
  [0, 4],
  [400, 3],
  [900, 2],
  [2_000, 1],
];

export type Tracks = Record<Device, MediaStreamTrack | null>;
export type Hear = (input: CallInput) => void;
/** What is seen and heard of one other. */
export type Seen = (other: string, device: Device, track: MediaStreamTrack | null) => void;
/** What one other says between its beats, or as one: where they point. */
export type Points = (other: string, said: string) => void;

/** The connections of one call. */
export class Peers {
  private readonly peers = new Map<string, Peer>();
  private readonly tracks: Tracks = { voice: null, camera: null, screen: null };
  private pictures = true;

  constructor(
    private readonly hear: Hear,
    private readonly seen: Seen,
    private readonly points: Points,
  ) {}

  make({ other, generation, polite, servers }: Extract<CallOutput, { kind: "make" }>): void {
    const before = this.peers.get(other);
    const out = () => this.outgoing();
    const room = other === ROOM || this.peers.has(ROOM); // which is the first that is made
    const { hear, seen, points } = this;
    this.peers.set(other, new Peer(other, generation, polite, servers, hear, seen, points, out, room, before));
  }

  unmake(other: string): void {
    this.peers.get(other)?.close();
    this.peers.delete(other);
  }

  order(other: string, order: Exclude<PairOrder, { kind: "say" }>): void {
    this.peers.get(other)?.order(order);
  }

  /** In a room all hear what one says: it begins with whom it is for. */
  point(other: string, said: string): void {
    const room = this.peers.get(ROOM);
    if (room) room.point(`${other} ${said}`);
    else this.peers.get(other)?.point(said);
  }

  close(): void {
    for (const other of this.peers.keys()) this.unmake(other);
  }

  /** Fresh credentials; allocations that there are go on with the old ones. */
  serve(servers: IceServer[]): void {
    for (const peer of this.peers.values()) peer.configure({ iceServers: servers });
  }

  relayOnly(other: string): void {
    this.peers.get(other)?.configure({ iceTransportPolicy: "relay" });
  }

  send(device: Device, track: MediaStreamTrack | null): void {
    this.tracks[device] = track;
    for (const peer of this.peers.values()) peer.fill();
  }

  /** Whether camera and screen go out at all. */
  show(pictures: boolean): void {
    this.pictures = pictures;
    for (const peer of this.peers.values()) peer.fill();
  }

  private outgoing(): Tracks {
    return this.pictures ? this.tracks : { ...this.tracks, camera: null, screen: null };
  }
}

class Peer {
  private readonly connection: RTCPeerConnection;
  private readonly timers: ReturnType<typeof setInterval>[];
  private readonly beat: Beat;
  private readonly waiting = new Map<Device, MediaStreamTrack>();
  private places: RTCRtpTransceiver[] = [];
  private busy: Promise<unknown> = Promise.resolve();
  private closed = false;
  private arrived = 0;
  private still = 0;
  private held = false;
  private growing: ReturnType<typeof setTimeout>[] = [];
  private counted = { received: 0, lost: 0 };

  constructor(
    private readonly other: string,
    private readonly generation: number,
    polite: boolean,
    servers: IceServer[],
    private readonly hear: Hear,
    private readonly seen: Seen,
    private readonly points: Points,
    private readonly outgoing: () => Tracks,
    room: boolean,
    private before: Peer | undefined, // goes on until this one carries what it did
  ) {
    const connection = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" });
    this.connection = connection;
    this.beat = new Beat(connection, room, (said) => this.points(this.other, said));
    if (before) {
      setTimeout(() => this.takeOver(), PATIENCE);
      connection.onconnectionstatechange = () =>
        connection.connectionState === "connected" && setTimeout(() => this.takeOver(), SETTLED);
    }
    connection.onnegotiationneeded = () => this.tell({ kind: "needed" });
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.tell({ kind: "candidate", candidate: candidate.toJSON() as Candidate });
    };
    connection.ontrack = ({ track, transceiver }) => this.met(track, transceiver);
    if (!polite) {
      this.places = PLACES.map((device) => connection.addTransceiver(device === "voice" ? "audio" : "video"));
      this.begin();
    }
    this.timers = [setInterval(() => this.point("."), BEAT), setInterval(() => void this.count(), COUNT)];
  }

  order(order: Exclude<PairOrder, { kind: "say" }>): void {
    this.busy = this.busy
      .then(() => (this.closed ? undefined : this.orders[order.kind](order as never)))
      .catch(() => {
        if (!this.closed) this.hear({ kind: "broken", other: this.other, generation: this.generation });
      });
  }

  configure(change: RTCConfiguration): void {
    if (!this.closed) this.connection.setConfiguration({ ...this.connection.getConfiguration(), ...change });
  }

  /** Said between the beats, and lost as they may be. */
  point(said: string): void {
    this.beat.say(said);
  }

  private begin(): void {
    this.beat.begin();
    this.fill();
  }

  /** From now on this one is seen and heard. */
  private takeOver(): void {
    if (!this.before || this.closed) return;
    this.before.end();
    this.before = undefined;
    for (const [device, track] of this.waiting) this.seen(this.other, device, track);
  }

  /** Put what goes out into its places. */
  fill(): void {
    this.before?.fill();
    const tracks = this.outgoing();
    this.places.forEach((place, index) => {
      const track = tracks[PLACES[index] as Device];
      if (place.sender.track !== track) void place.sender.replaceTrack(track).catch(() => undefined);
    });
  }

  close(): void {
    this.end();
    for (const device of PLACES) this.seen(this.other, device, null);
  }

  private end(): void {
    this.before?.end();
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const timer of this.growing) clearTimeout(timer);
    this.connection.close();
  }

  private readonly orders: {
    [K in Exclude<PairOrder["kind"], "say">]: (order: Extract<PairOrder, { kind: K }>) => Promise<void> | void;
  } = {
    offer: () => this.describe(),
    accept: async ({ description }) => {
      await this.connection.setRemoteDescription(description);
      this.tell({ kind: "accepted" });
      if (description.type !== "offer") return this.prefer();
      this.adopt();
      await this.describe();
      this.prefer();
    },
    add: async ({ candidates }) => {
      // Those of an offer that lost against ours belong nowhere.
      for (const candidate of candidates) await this.connection.addIceCandidate(candidate).catch(() => undefined);
    },
    restart: () => this.connection.restartIce(),
  };

  private async describe(): Promise<void> {
    await this.connection.setLocalDescription();
    const { type, sdp } = this.connection.localDescription as RTCSessionDescription;
    this.tell({ kind: "described", description: { type: type as Description["type"], sdp: spoken(sdp) } });
  }

  /** The places that the other side's offer made are ours, too. */
  private adopt(): void {
    if (this.places.length > 0) return;
    this.places = this.connection.getTransceivers().slice(0, PLACES.length);
    for (const place of this.places) place.direction = "sendrecv";
    this.begin();
  }

  /** Where there is not enough for all, the voice comes first, then the screen, whose letters must stay sharp. */
  private prefer(): void {
    this.places.forEach(({ sender }, index) => {
      const set = sender.getParameters();
      if (!set.encodings?.length) return;
      const priority = (["high", "low", "medium"] as const)[index] ?? "low";
      for (const encoding of set.encodings) Object.assign(encoding, { priority, networkPriority: priority });
      void sender.setParameters(set).catch(() => undefined);
    });
    const ice = this.places[0]?.sender.transport?.iceTransport;
    if (ice) ice.onselectedcandidatepairchange = () => this.beginPictures();
  }

  /** Where nothing arrives, nothing is heard either: pictures wait, or their leftovers would be in the voice's way. */
  private watch(bytes: number): void {
    const moved = bytes !== this.arrived;
    this.still = moved ? 0 : this.still + 1;
    this.arrived = bytes;
    if (this.still === STILL && bytes > 0) this.sizePictures(0);
    if (moved && this.held) this.beginPictures();
  }

  /** The way is there again, or another: a small picture begins anew, and grows. Each size begins with a whole one. */
  private beginPictures(): void {
    for (const timer of this.growing) clearTimeout(timer);
    this.growing = SIZES.map(([after, part]) => setTimeout(() => this.sizePictures(part), after));
  }

  /** Send pictures a so manyth as wide and as high; 0: none. */
  private sizePictures(part: number): void {
    this.held = part === 0;
    if (this.closed) return;
    for (const { sender } of this.places.slice(1)) {
      const set = sender.getParameters();
      if (!sender.track || !set.encodings?.length) continue;
      for (const encoding of set.encodings)
        Object.assign(encoding, { active: part > 0 }, part > 0 && { scaleResolutionDownBy: part });
      void sender.setParameters(set).catch(() => undefined);
    }
  }

  private met(track: MediaStreamTrack, transceiver: RTCRtpTransceiver): void {
    const device = PLACES[this.connection.getTransceivers().indexOf(transceiver)];
    if (!device) return;
    track.onunmute = () => {
      this.hear({ kind: "playing", other: this.other, generation: this.generation });
      setTimeout(() => this.replace(device), DRAWN);
    };
    if (this.before) this.waiting.set(device, track);
    else this.seen(this.other, device, track);
  }

  /** What comes over this one is no longer shown of the one before. */
  private replace(device: Device): void {
    const track = this.waiting.get(device);
    if (track && this.before && !this.closed) this.seen(this.other, device, track);
    this.waiting.delete(device);
  }

  private async count(): Promise<void> {
    if (this.connection.connectionState === "new") return;
    const sample = read(await this.connection.getStats().catch(() => new Map()), this.counted);
    if (this.closed) return;
    this.watch(sample.bytes);
    this.hear({ kind: "sample", other: this.other, generation: this.generation, sample });
  }

  private tell(input: Extract<CallInput, { kind: "pair" }>["input"]): void {
    if (!this.closed) this.hear({ kind: "pair", other: this.other, generation: this.generation, input });
  }
}
