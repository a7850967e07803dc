// The real world of a panel: the host's word, the log-in, the link, and forgetting all of it.
import { batch, computed, effect, type Signal, signal } from "@preact/signals";
import { type Desk, run } from "../browser/run";
import type { Context, FromHost, Look } from "../core/bridge";
import type { ClientState, Draft } from "../core/state";
import { now as deviceNow } from "../ui/clock";
import { silence } from "../ui/LiveRegion";
import { zoneOr } from "../ui/reader";
import { choose, hasBegun, isOwn } from "./choice";
import { type Config, deviceId, newId } from "./config";
import { connectHost, type Host } from "./host";
import { Login, NotIdentified } from "./login";
import { wordsFor } from "./words";
import type { Phase, World } from "./world";

const PATIENCE = 20_000;

interface Ground {
  phase: Signal<Phase>;
  desk: Signal<Desk | null>;
  context: Signal<Context>;
  look: Signal<Look>;
  opened: Signal<boolean>;
  phone: Signal<string>;
  current: Signal<string>;
}

/** Begin the panel's life; components get the world, and the host decides what happens in it. */
export function live(config: Config, nonce: string): World {
  const ground: Ground = {
    phase: signal<Phase>("asking"),
    desk: signal<Desk | null>(null),
    context: signal<Context>({}),
    look: signal<Look>({ scheme: "auto", locale: config.locale, accent: null }),
    opened: signal(true),
    phone: signal(config.phone),
    current: signal(newId()),
  };
  const bond = new Bond(config, nonce, ground);
  const world = worldOf(config, ground, bond);
  settle(world, bond);
  return world;
}

/** What holds this panel to its host and to the person the host names. */
class Bond {
  readonly host: Host;
  readonly asked = new Set<string>();
  private readonly login: Login;
  private readonly device = deviceId();
  private token = "";
  private contact: string | null = null;
  private spared: Record<string, Draft> = {}; // typed while nobody would confirm who is there: offered again

  constructor(
    private readonly config: Config,
    nonce: string,
    private readonly ground: Ground,
  ) {
    this.host = connectHost(config.origins, nonce, (message) => this.heard(message));
    const tell: Host["tell"] = (message) => this.host.tell(message);
    this.login = new Login({
      tenant: config.tenant,
      device: this.device,
      tell,
      fetch: (...what) => fetch(...what),
      patience: PATIENCE,
    });
  }

  /** Start to find out who is there; typing is possible meanwhile. */
  begin(): void {
    if (this.ground.desk.peek()) return;
    this.ground.phase.value = "asking";
    const token = () => this.renewed();
    const desk = run({ origin: location.origin, token, device: this.device, scope: this.config.tenant });
    for (const [conversation, draft] of Object.entries(this.spared)) desk.draft(conversation, draft);
    this.spared = {};
    this.ground.desk.value = desk;
  }

  /** Forget this person, on the screen and in memory, now. */
  forget(phase: Phase): void {
    const desk = this.ground.desk.peek();
    this.token = "";
    this.contact = null;
    this.spared = {};
    this.login.refuse("logged_out");
    batch(() => {
      this.ground.phase.value = phase;
      this.ground.desk.value = null;
      this.ground.context.value = {};
      this.ground.current.value = newId();
    });
    silence();
    void desk?.wipe().finally(() => desk.stop());
  }

  /** Begin anew because somebody asked for it: nothing else comes up by itself then. */
  startNew(): void {
    this.ground.current.value = newId();
    this.asked.add(this.ground.current.peek());
  }

  post(path: string, body: object): Promise<Response> {
    return fetch(path, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
    });
  }

  private async renewed(): Promise<string> {
    try {
      const { token, contact } = await this.login.identify();
      if (this.contact !== null && this.contact !== contact.id) {
        this.forget("over"); // another person: nothing of the last one may be seen
        throw new NotIdentified("another_person", true);
      }
      this.contact = contact.id;
      this.token = token;
      this.ground.phase.value = "known";
      return token;
    } catch (failure) {
      this.failed(failure);
      throw failure;
    }
  }

  /** A running conversation goes on while the EHR cannot sign; nobody yet known stays outside. */
  private failed(failure: unknown): void {
    if (this.contact !== null || !(failure instanceof NotIdentified) || this.ground.phase.peek() === "over") return;
    if (failure.code === "unsigned") this.leaveOutside("stranger");
    else if (failure.final || failure.code === "failed" || failure.code === "timeout") this.leaveOutside("unconfirmed");
  }

  private leaveOutside(phase: Phase): void {
    const desk = this.ground.desk.peek();
    // Whoever signs in later may be somebody else: only a trial by the same person keeps the text.
    this.spared = phase === "unconfirmed" ? (desk?.state.peek().drafts ?? {}) : {};
    batch(() => {
      this.ground.phase.value = phase;
      this.ground.desk.value = null;
    });
    desk?.stop();
  }

  private heard(message: FromHost): void {
    this.login.heard(message);
    const act = HEARD[message.type] as ((bond: Bond, ground: Ground, message: FromHost) => void) | undefined;
    act?.(this, this.ground, message);
  }
}

type Heard = {
  [Type in FromHost["type"]]?: (bond: Bond, ground: Ground, message: Extract<FromHost, { type: Type }>) => void;
};

const HEARD: Heard = {
  hello(bond, ground, message) {
    batch(() => {
      ground.look.value = message.look;
      ground.context.value = message.context;
      ground.opened.value = message.open;
      if (message.phone) ground.phone.value = message.phone;
    });
    bond.host.tell({ type: "ready", accent: ground.look.peek().accent });
    if (message.signed) bond.begin();
    else if (ground.desk.peek() === null) ground.phase.value = "stranger";
  },
  context(_bond, ground, { fields }) {
    ground.context.value = fields;
  },
  open(_bond, ground) {
    ground.opened.value = true;
  },
  close(_bond, ground) {
    ground.opened.value = false;
  },
  look(_bond, ground, { scheme, locale, accent }) {
    ground.look.value = { scheme, locale, accent };
  },
  logout(bond) {
    bond.forget("over");
    bond.host.tell({ type: "wiped" });
  },
  start(bond, ground, { context }) {
    if (context) ground.context.value = context;
    bond.startNew();
  },
};

function worldOf(config: Config, ground: Ground, bond: Bond): World {
  const place = signal<"chat" | "history">("chat");
  const trouble = signal<string | null>(null);
  const state = computed<ClientState | null>(() => ground.desk.value?.state.value ?? null);
  const locale = computed(() => state.value?.me?.locale || ground.look.value.locale || config.locale);
  const bundle = computed(() => wordsFor(locale.value));
  return {
    config,
    get phone() {
      return ground.phone.value;
    },
    look: ground.look,
    words: computed(() => bundle.value.panel),
    reader: computed(() => ({ words: bundle.value.ui, locale: locale.value, tz: zoneOr(state.value?.me?.tz) })),
    phase: ground.phase,
    desk: ground.desk,
    state,
    context: ground.context,
    opened: ground.opened,
    folded: signal(false),
    current: ground.current,
    place,
    trouble,
    switches: computed(() => state.value?.snapshot?.switches ?? config.switches),
    now: computed(() => deviceNow.value + (state.value?.clockSkew ?? 0)),
    tell: (message) => bond.host.tell(message),
    identifyAgain: () => bond.begin(),
    go(to) {
      place.value = to;
    },
    calm() {
      trouble.value = null;
    },
    startNew: () => bond.startNew(),
    asked: bond.asked,
    post: (path, body) => bond.post(path, body),
  };
}

/** Keep the right conversation on the screen until the person has begun, found or asked for one. */
function settle(world: World, bond: Bond): void {
  let listed: Desk | null = null;
  effect(() => {
    const [desk, state] = [world.desk.value, world.state.value];
    if (!desk || !state?.snapshot) return;
    if (listed !== desk) desk.list("mine");
    listed = desk;
    const current = world.current.peek();
    if (world.asked.has(current) || hasBegun(state.timelines[current]) || isOwn(state, current)) return;
    const wanted = choose(state, current, world.now.peek());
    if (wanted !== current) queueMicrotask(() => moveTo(world, desk, wanted));
  });
  effect(() => {
    const ended = world.state.value?.ended;
    if (ended && ended !== "wiped") queueMicrotask(() => bond.forget(ended === "ended" ? "over" : "unconfirmed"));
  });
}

/** Go to a conversation, and take along what was typed before it was known. */
function moveTo(world: World, desk: Desk, conversation: string): void {
  const fresh = world.current.peek();
  const drafts = world.state.peek()?.drafts ?? {};
  const typed = drafts[fresh];
  if (conversation !== fresh && typed?.text && !drafts[conversation]?.text) {
    desk.draft(conversation, typed);
    desk.draft(fresh, null);
  }
  world.current.value = conversation;
}
