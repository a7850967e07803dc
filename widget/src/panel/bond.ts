// What holds this panel to its host and to the person the host names: log-in, renewal, forgetting.
import { batch, type Signal } from "@preact/signals";
import type { Desk } from "../browser/run";
import type { Context, FromHost, Look } from "../core/bridge";
import type { Draft } from "../core/state";
import { silence } from "../ui/LiveRegion";
import { type Config, deviceId, newId } from "./config";
import { connectHost, type Host } from "./host";
import { lastActs, soon } from "./leaving";
import { Login, NotIdentified } from "./login";
import { unsentAsDrafts } from "./unsent";
import type { Phase } from "./world";

const PATIENCE = 20_000;

/** Why a log-in ends by this panel: the EHR's is over, somebody else sits here, or nobody does. */
export type LoggedOut = "logout" | "switched" | "idle";

export interface Ground {
  phase: Signal<Phase>;
  desk: Signal<Desk | null>;
  context: Signal<Context>;
  look: Signal<Look>;
  opened: Signal<boolean>;
  phone: Signal<string>;
  current: Signal<string>;
  early: Signal<Record<string, Draft>>;
  barred: Signal<boolean>; // the launcher is switched off for this person: they are not let in
  sign: Signal<number>; // when somebody last gave a sign of being here
}

/** One panel's bond. Everything that others may see of it stands in its ground. */
export class Bond {
  readonly host: Host;
  readonly asked = new Set<string>();
  private readonly login: Login;
  private readonly device = deviceId();
  private token = "";
  private contact: string | null = null;
  private linking = false;

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
    if (this.ground.desk.peek() || this.linking) return;
    this.ground.phase.value = "asking";
    void this.link();
  }

  /** Forget this person: on the screen now, in memory once their last acts are on their way. `why`: for the server. */
  async forget(phase: Phase, why: LoggedOut | null): Promise<void> {
    const desk = this.ground.desk.peek();
    const token = this.token;
    const last = lastActs();
    this.token = "";
    this.contact = null;
    this.login.refuse("logged_out");
    batch(() => {
      this.ground.phase.value = phase;
      this.ground.desk.value = null;
      this.ground.context.value = {};
      this.ground.early.value = {};
      this.ground.current.value = newId();
    });
    silence();
    await soon(last);
    // The line is still open: who works at the desk hears that the log-in ended, not only that a line did.
    if (token && why) await soon(this.post("/v1/logout", { why }, token));
    await desk?.wipe();
    desk?.stop();
  }

  /** Begin anew because somebody asked for it: nothing else comes up by itself then. */
  startNew(): void {
    this.ground.current.value = newId();
    this.asked.add(this.ground.current.peek());
  }

  post(path: string, body: object, token = this.token): Promise<Response> {
    return fetch(path, {
      method: "POST",
      credentials: "omit",
      keepalive: true,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  }

  /** What of a context the server takes: everything else stays in this browser, and is not shown as sent. */
  allowed(fields: Context): Context {
    const names = this.config.context_fields;
    return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  }

  /** Fetch the code of the link while the person types already, and hand over what they typed. */
  private async link(): Promise<void> {
    this.linking = true;
    const code = await import("../browser/run").catch(() => null);
    this.linking = false;
    if (this.ground.phase.peek() !== "asking") return;
    if (!code) return this.leaveOutside("unconfirmed"); // the server is gone: what was typed waits
    const { run } = code;
    const token = () => this.renewed();
    const desk = run({ origin: location.origin, token, device: this.device, scope: this.config.tenant });
    for (const [conversation, draft] of Object.entries(this.ground.early.peek())) desk.draft(conversation, draft);
    batch(() => {
      this.ground.desk.value = desk;
      this.ground.early.value = {};
    });
    // What the first message will need is fetched while it is being typed, and is here when the network is not.
    for (const later of [import("./Line"), import("../core/care"), import("./Cards")]) later.catch(() => {});
  }

  private async renewed(): Promise<string> {
    try {
      const { token, contact } = await this.login.identify();
      if (this.contact !== null && this.contact !== contact.id) {
        void this.forget("over", "switched"); // another person: nothing of the last one may be seen
        throw new NotIdentified("another_person", true);
      }
      this.contact = contact.id;
      this.token = token;
      this.ground.barred.value = false;
      this.ground.phase.value = "known";
      return token;
    } catch (failure) {
      this.failed(failure);
      throw failure;
    }
  }

  /** A running conversation goes on while the EHR cannot sign; nobody yet known stays outside. */
  private failed(failure: unknown): void {
    this.ground.barred.value = (failure as NotIdentified).code === "switched_off";
    if (this.contact !== null || !(failure instanceof NotIdentified) || this.ground.phase.peek() === "over") return;
    if (failure.code === "unsigned") this.leaveOutside("stranger");
    else if (failure.final || failure.code === "failed" || failure.code === "timeout") this.leaveOutside("unconfirmed");
  }

  private leaveOutside(phase: Phase): void {
    const desk = this.ground.desk.peek();
    // Whoever signs in later may be somebody else: only a trial by the same person keeps the text.
    batch(() => {
      this.ground.phase.value = phase;
      this.ground.desk.value = null;
      if (phase !== "unconfirmed") this.ground.early.value = {};
      else if (desk) this.ground.early.value = unsentAsDrafts(desk.state.peek());
    });
    desk?.stop();
  }

  private heard(message: FromHost): void {
    this.login.heard(message);
    if (!message.type.endsWith("identity")) this.ground.sign.value = Date.now(); // somebody uses the page
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
      ground.context.value = bond.allowed(message.context);
      ground.opened.value = message.open;
      if (message.phone) ground.phone.value = message.phone;
    });
    bond.host.tell({ type: "ready", accent: ground.look.peek().accent });
    if (message.signed) bond.begin();
    else if (ground.desk.peek() === null) ground.phase.value = "stranger";
  },
  context(bond, ground, { fields }) {
    ground.context.value = bond.allowed(fields);
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
  logout(bond, _ground, { final }) {
    void bond.forget("over", final ? "logout" : "switched");
  },
  start(bond, ground, { context }) {
    if (Object.keys(context).length) ground.context.value = bond.allowed(context);
    bond.startNew();
  },
};
