// This tab's place among the tabs of one person: every tab holds its own line (the server answers a key once,
// whoever sends it), and the one that leads makes the sounds.
import type { Input } from "../core/contract";
import type { ClientState } from "../core/state";
import { Engine, type EngineOptions, type Hearer, type Told } from "./engine";
import { lead, live } from "./tabs";

export class Seat {
  private readonly engine: Engine;
  private readonly stopping = new AbortController();
  private leads = false;
  private stands = false; // for the lead

  constructor(
    options: EngineOptions,
    private readonly hearer: Hearer,
  ) {
    const { scope, tab } = options;
    this.engine = new Engine(options, {
      changed: (state) => this.changed(state, scope),
      told: (output) => this.told(output),
    });
    // What a living tab keeps is its own: say so before anything is kept.
    void live(tab, this.stopping.signal).then(() => this.engine.start());
  }

  get token(): string {
    return this.engine.token;
  }

  get safe(): boolean {
    return this.engine.safe;
  }

  receive(input: Input): Promise<void> {
    return this.engine.receive(input);
  }

  stop(): void {
    this.stopping.abort();
    this.engine.stop();
  }

  private changed(state: ClientState, scope: string): void {
    if (state.me && !this.stands) {
      this.stands = true;
      lead(`${scope}:${state.me.kind}:${state.me.id}`, this.stopping.signal, () => {
        this.leads = true;
      });
    }
    this.hearer.changed(state);
  }

  private told(output: Told): void {
    const once = output.kind === "arrived" || output.kind === "mentioned";
    if (!once || this.leads) this.hearer.told(output);
  }
}
