// What components use: one `Desk`, a tab's own; `seat.ts` decides when it has a line.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ToCalls } from "../core/callFrames";
import type { Input, Output } from "../core/contract";
import type { Audience, FileRef, SendBody, ServerFrame } from "../core/frames";
import { type ClientState, type Draft, emptyState, type Item } from "../core/state";
import type { Told } from "./engine";
import { fileLink, upload } from "./files";
import { Seat } from "./seat";

export type Answer =
  | { ok: true; frame: Extract<ServerFrame, { type: "ok" }> }
  | { ok: false; code: string; message: string; detail: Record<string, unknown> | null };

export type Called = Extract<Output, { kind: "called" }>["frame"];

export interface Desk {
  state: ReadonlySignal<ClientState>;
  send(conversation: string, kind: "message" | "note", body: SendBody, audience?: "staff" | "house"): string;
  act(verb: string, conversation: string | null, fields?: object): Promise<Answer>;
  retry(key: string): void;
  discard(key: string): void;
  open(conversation: string): void;
  close(conversation: string): void;
  list(name: string): void;
  unlist(name: string): void;
  more(name: string): void;
  read(conversation: string, seq: number): void;
  typing(conversation: string, audience: Audience, on: boolean): void;
  draft(conversation: string, draft: Draft | null): void;
  upload(conversation: string, file: File, progress?: (part: number) => void): Promise<FileRef>;
  fileUrl(id: string): Promise<string>;
  newId(): string;
  onArrived(fn: (conversation: string, item: Item) => void): () => void;
  onMentioned(fn: (conversation: string, reference: string) => void): () => void;
  /** What is said of calls to whoever carries one. */
  onCalled(fn: (frame: Called) => void): () => void;
  tell(frame: ToCalls): void;
  wipe(): Promise<void>;
  stop(): void;
}

export interface RunOptions {
  origin: string;
  token: () => Promise<string>;
  device: string;
  scope: string;
}

/** Start the link and give components what they need of it. */
export function run(options: RunOptions): Desk {
  const state = signal<ClientState>(emptyState());
  const arrivals = new Set<(conversation: string, item: Item) => void>();
  const mentions = new Set<(conversation: string, reference: string) => void>();
  const carriers = new Set<(frame: Called) => void>();
  const waiting = new Map<string, (answer: Answer) => void>();

  const tell: { [K in Told["kind"]]: (output: Extract<Told, { kind: K }>) => void } = {
    arrived({ conversation, item }) {
      for (const hear of arrivals) hear(conversation, item);
    },
    mentioned({ conversation, reference }) {
      for (const hear of mentions) hear(conversation, reference);
    },
    called({ frame }) {
      for (const hear of carriers) hear(frame);
    },
    answered: (output) => answer(output),
    ended: ({ code }) => giveUp(code),
  };

  const seat = new Seat(
    { ...options, tab: newId() },
    {
      changed: (next) => {
        state.value = next;
      },
      told: (output) => tell[output.kind](output as never),
    },
  );

  function answer({ key, frame }: Extract<Output, { kind: "answered" }>): void {
    if (frame.type === "ok") waiting.get(key)?.({ ok: true, frame });
    if (frame.type === "no")
      waiting.get(key)?.({ ok: false, code: frame.code, message: frame.message, detail: frame.detail });
    waiting.delete(key);
  }

  function giveUp(code: string): void {
    for (const settle of waiting.values()) settle({ ok: false, code, message: "", detail: null });
    waiting.clear();
  }

  const put = (input: Input) => void seat.receive(input);
  const stopListening = listen(put, () => !seat.safe && holdsUnsent(state.peek()));

  return {
    state,
    send(conversation, kind, body, audience) {
      const key = newId();
      const command = { type: "send" as const, key, conversation, kind, body, ...(audience ? { audience } : {}) };
      put({ kind: "command", command });
      return key;
    },
    act(verb, conversation, fields = {}) {
      const key = newId();
      const answered = new Promise<Answer>((resolve) => waiting.set(key, resolve));
      put({ kind: "command", command: { ...fields, type: "act", key, conversation, verb } });
      return answered;
    },
    retry: (key) => put({ kind: "retry", key }),
    discard: (key) => put({ kind: "discard", key }),
    open: (conversation) => put({ kind: "subscribe", topic: `conversation:${conversation}` }),
    close: (conversation) => put({ kind: "unsubscribe", topic: `conversation:${conversation}` }),
    list: (name) => put({ kind: "subscribe", topic: `list:${name}` }),
    unlist: (name) => put({ kind: "unsubscribe", topic: `list:${name}` }),
    more: (list) => put({ kind: "more", list }),
    read: (conversation, seq) => put({ kind: "read", conversation, seq }),
    typing: (conversation, audience, on) => put({ kind: "typing", conversation, audience, on }),
    draft: (conversation, draft) => put({ kind: "draft", conversation, draft }),
    upload: (conversation, file, progress) => upload(options.origin, seat.token, conversation, file, progress),
    fileUrl: (id) => fileLink(options.origin, seat.token, id),
    newId,
    onArrived(fn) {
      arrivals.add(fn);
      return () => arrivals.delete(fn);
    },
    onMentioned(fn) {
      mentions.add(fn);
      return () => mentions.delete(fn);
    },
    onCalled(fn) {
      carriers.add(fn);
      return () => carriers.delete(fn);
    },
    tell: (frame) => put({ kind: "tell", frame }),
    async wipe() {
      await seat.receive({ kind: "wipe" });
    },
    stop() {
      stopListening();
      seat.stop();
      giveUp("stopped");
    },
  };
}

/** 128 random bits in 22 characters of base64url. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** Text that would be lost with the page: nobody has been greeted yet, or the browser forbids this frame a store. */
function holdsUnsent(state: ClientState): boolean {
  if (state.ended) return false;
  const unsent = Object.values(state.timelines).some((timeline) => timeline.items.some((item) => item.seq === null));
  return unsent || Object.values(state.drafts).some((draft) => draft.text.trim() !== "");
}

/** Notice when the device wakes, and warn before text is lost that no store can hold yet. */
function listen(put: (input: Input) => void, unsaved: () => boolean): () => void {
  const online = () => put({ kind: "online" });
  const offline = () => put({ kind: "offline" });
  const visible = () => document.visibilityState === "visible" && put({ kind: "visible" });
  const leaving = (event: BeforeUnloadEvent) => unsaved() && event.preventDefault();
  addEventListener("online", online);
  addEventListener("offline", offline);
  addEventListener("pageshow", visible);
  addEventListener("beforeunload", leaving);
  return () => {
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    removeEventListener("pageshow", visible);
    removeEventListener("beforeunload", leaving);
  };
}
