// This tab's place among the tabs of one person (docs/design/the-wire.md). One of them leads: it always listens, and
// makes the sounds. The others have a line while somebody looks at them; hidden, they let it go after a moment.
import type { Input } from "../core/contract";
import type { ClientState } from "../core/state";
import { Engine, type EngineOptions, type Hearer, type Told } from "./engine";
import { lead, live, type Others, others, type Word } from "./tabs";

const LET_GO = 10_000;

export class Seat {
  private readonly engine: Engine;
  private readonly stopping = new AbortController();
  private leads = false;
  private others: Others | null = null;
  private taken = false; // its place among the others
  private letting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    options: EngineOptions,
    private readonly hearer: Hearer,
  ) {
    const { scope, tab } = options;
    this.engine = new Engine(options, {
      changed: (state) => this.changed(state, scope),
      told: (output) => this.told(output),
    });
    const { signal } = this.stopping;
    document.addEventListener("visibilitychange", () => this.looked(), { signal });
    // What a living tab keeps is its own: say so before anything is kept.
    void live(tab, signal).then(() => this.engine.start());
  }

  get token(): string {
    return this.engine.token;
  }

  get safe(): boolean {
    return this.engine.safe;
  }

  receive(input: Input): Promise<void> {
    if (input.kind === "draft") this.others?.tell(input);
    return this.engine.receive(input);
  }

  stop(): void {
    this.stopping.abort();
    clearTimeout(this.letting);
    this.engine.stop();
  }

  private changed(state: ClientState, scope: string): void {
    if (state.me && !this.taken) this.take(`${scope}:${state.me.kind}:${state.me.id}`);
    if (state.link === "live") this.letGoSoon();
    this.hearer.changed(state);
  }

  private take(whom: string): void {
    const { signal } = this.stopping;
    this.taken = true;
    this.others = others(whom, signal, (word) => this.hear(word));
    this.others?.tell({ kind: "drafts" });
    lead(whom, signal, () => {
      this.leads = true;
      this.wake(); // whoever led is gone, and what they had not sent is sent from here
    });
  }

  private hear(word: Word): void {
    // Only the server's word ends a log-in: whoever heard nothing of it asks.
    if (word.kind === "ended") this.wake();
    if (word.kind === "draft") this.engine.receive({ ...word, kind: "adopt", shown: !hidden() });
    if (word.kind === "drafts" && this.leads)
      for (const [conversation, draft] of Object.entries(this.engine.state.drafts))
        this.others?.tell({ kind: "draft", conversation, draft });
  }

  private looked(): void {
    if (hidden()) this.letGoSoon();
    else {
      clearTimeout(this.letting);
      this.letting = undefined;
      this.wake();
    }
  }

  private wake(): void {
    if (this.others) void this.engine.inherit();
    this.engine.receive({ kind: "visible" });
  }

  private letGoSoon(): void {
    if (!hidden() || this.letting !== undefined) return;
    this.letting = setTimeout(() => {
      this.letting = undefined;
      if (!hidden() || this.leads || !this.others) return;
      // A call goes on while its tab is hidden, and needs the line.
      if (Object.keys(this.engine.state.calls).length > 0) return this.letGoSoon();
      this.engine.receive({ kind: "rest" });
      if (this.engine.state.link === "live") this.letGoSoon(); // something is not acknowledged yet
    }, LET_GO);
  }

  private told(output: Told): void {
    if (output.kind === "ended") this.others?.tell({ kind: "ended" });
    const once = output.kind === "arrived" || output.kind === "mentioned";
    if (!once || this.leads) this.hearer.told(output);
  }
}

function hidden(): boolean {
  return document.visibilityState === "hidden";
}
