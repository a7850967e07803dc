// What a page does about calls: ask, answer, come back after a reload. It carries one call at a time.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { CallFrame, RingFrame, Wanted } from "../core/callFrames";
import type { CallState } from "../core/callState";
import { Carried } from "./carried";
import type { Answer, Desk } from "./run";
import type { AroundUs } from "./sharing";

const NAME = "curbside:carries";

export interface Ending {
  call: string;
  conversation: string;
  over: CallState["over"];
  others: CallState["others"]; // who was in it as it ended here
}

export class Phone {
  private readonly carried_ = signal<Carried | null>(null);
  private readonly ending_ = signal<Ending | null>(null);
  private readonly busy_ = signal(false);

  /** How a screen is shown from here: set by whoever knows what is around. */
  around!: () => Promise<AroundUs>;

  constructor(private readonly desk: Desk) {}

  get carried(): ReadonlySignal<Carried | null> {
    return this.carried_;
  }

  /** The last call, until it is read. */
  get ending(): ReadonlySignal<Ending | null> {
    return this.ending_;
  }

  /** Something that was asked of the server has no answer yet. */
  get busy(): ReadonlySignal<boolean> {
    return this.busy_;
  }

  /** Ask for a call. The refusal, if there is one. */
  request(conversation: string, wants: Wanted[] = ["voice"]): Promise<Answer> {
    const call = this.desk.newId();
    return this.begin("call.request", call, conversation, { wants });
  }

  /** Take a call that rings here. */
  accept({ call, conversation }: RingFrame): Promise<Answer> {
    return this.begin("call.accept", call, conversation, {});
  }

  async decline({ call, conversation }: RingFrame): Promise<Answer> {
    return this.desk.act("call.decline", conversation, { call });
  }

  /** Carry a call here that this person is in already: after a reload, or instead of another tab. */
  takeOver(frame: CallFrame): void {
    this.carry(frame.call, frame.conversation).join(frame);
  }

  /** The call that this very tab carried before it was loaded anew. */
  mine(calls: Record<string, CallFrame>): CallFrame | null {
    return this.carried_.peek() ? null : (calls[read()] ?? null);
  }

  read(): void {
    this.ending_.value = null;
  }

  /** Nobody is logged in any more: devices close now. */
  stop(): void {
    this.carried_.peek()?.stop();
    this.carried_.value = null;
    this.ending_.value = null;
    write("");
  }

  private async begin(verb: string, call: string, conversation: string, fields: object): Promise<Answer> {
    this.busy_.value = true;
    this.ending_.value = null;
    try {
      const answer = await this.desk.act(verb, conversation, { call, ...fields });
      if (answer.ok) this.carry(call, conversation).join(this.desk.state.peek().calls[call]);
      return answer;
    } finally {
      this.busy_.value = false;
    }
  }

  private carry(call: string, conversation: string): Carried {
    this.carried_.peek()?.leave();
    const over = (why: CallState["over"]) => {
      if (this.carried_.peek() !== carried) return;
      this.carried_.value = null;
      this.ending_.value = { call, conversation, over: why, others: carried.state.peek().others };
      write("");
    };
    const carried: Carried = new Carried(this.desk, call, conversation, over, () => this.around());
    this.ending_.value = null;
    this.carried_.value = carried;
    write(call);
    return carried;
  }
}

// Of this tab alone, and only across a reload. Where the browser gives this frame no storage, the person is asked.
function read(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

function write(call: string): void {
  try {
    if (call) sessionStorage.setItem(NAME, call);
    else sessionStorage.removeItem(NAME);
  } catch {}
}
