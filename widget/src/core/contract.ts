// What goes into a `Client` and what comes out. It does no I/O: whoever drives it obeys the outputs in order.
import type { FromCalls, ToCalls } from "./callFrames";
import type { Audience, ClientFrame, CommandFrame, ServerFrame } from "./frames";
import type { Draft, Item } from "./state";

/** A command that must outlive the page: not yet acknowledged, failed, or acknowledged within the last day. */
export interface KeptCommand {
  command: CommandFrame;
  at: number; // when the person acted
  acked: { seq: number | null; at: number } | null;
  failure: { code: string; message: string; retry: boolean } | null;
}

/** The server did not take a frame of a call; the key is its id, or the call's. */
export interface Refusal {
  type: "no";
  key: string;
  code: string;
}

/** What is sealed on the device; a client made from it goes on where the last one was cut off. */
export interface Kept {
  epoch: string | null;
  commands: KeptCommand[];
  drafts: Record<string, Draft>;
}

/** `kept` left out of `start` means that the store is still sealed: `unseal` will ask for it once the key is known. */
export type Input =
  | { kind: "start"; token: string; device: string; tab: string; kept?: Kept | null }
  | { kind: "kept"; kept: Kept | null } // the answer to `unseal`; later, what a tab left that is gone
  | { kind: "opened" }
  | { kind: "frame"; frame: ServerFrame }
  | { kind: "closed"; code?: number }
  | { kind: "tick" } // whenever a `wake` is due
  | { kind: "online" }
  | { kind: "offline" } // as the browser thinks; the line itself is asked
  | { kind: "visible" }
  | { kind: "rest" } // nobody looks, and another tab of this person listens
  | { kind: "token"; token: string } // the answer to `renew`
  | { kind: "command"; command: CommandFrame } // the person acted; the caller made the key
  | { kind: "retry"; key: string }
  | { kind: "discard"; key: string }
  | { kind: "subscribe"; topic: string }
  | { kind: "unsubscribe"; topic: string }
  | { kind: "more"; list: string } // the next page of a list
  | { kind: "read"; conversation: string; seq: number }
  | { kind: "typing"; conversation: string; audience: Audience; on: boolean }
  | { kind: "tell"; frame: ToCalls } // of a call: said on this line or not at all
  | { kind: "draft"; conversation: string; draft: Draft | null }
  | { kind: "adopt"; conversation: string; draft: Draft | null; shown: boolean } // what another tab says is written
  | { kind: "wipe" }; // log-out, or another person sits down

/** After `close` the driver stays silent about that connection; `wake` replaces the one before it. */
export type Output =
  | { kind: "connect" }
  | { kind: "send"; frame: ClientFrame }
  | { kind: "close" }
  | { kind: "wake"; at: number }
  | { kind: "renew" } // a fresh token is needed
  | { kind: "unseal"; vault: string } // open the sealed store with this key and answer `kept`
  | { kind: "keep"; kept: Kept; vault: string } // replace what the sealed store holds
  | { kind: "forget" } // nothing is worth keeping any more: empty the sealed store
  | { kind: "mentioned"; conversation: string; reference: string } // a note of a colleague names this person
  | { kind: "arrived"; conversation: string; item: Item } // a new message by somebody else: sound, badge, notification
  | { kind: "called"; frame: FromCalls | Refusal } // for whoever carries a call
  | { kind: "answered"; key: string; ok: boolean; frame: ServerFrame } // the ok or the final no of a command
  | { kind: "ended"; code: string };
