// Draws the real desk over a state that never came over a wire, so that every state can be seen, pictured and checked.
// `?state=talking&locale=es&scheme=dark&dir=rtl`; what the desk asked of its link is in `window.asked`.
import "../../../widget/src/desk/desk.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { Desk } from "../../../widget/src/browser/run";
import type { ClientState } from "../../../widget/src/core/state";
import { App } from "../../../widget/src/desk/App";
import type { Ask } from "../../../widget/src/desk/ask";
import { follow } from "../../../widget/src/desk/follow";
import { listen } from "../../../widget/src/desk/keyboard";
import { speechFor } from "../../../widget/src/desk/words";
import { makeWorld } from "../../../widget/src/desk/world";
import { dana, list, NOW, row } from "./nouns";
import { type Shown, states } from "./states";

const wanted = new URLSearchParams(location.search);
const page = document.documentElement;
const locale = wanted.get("locale") ?? "en";
const shown: Shown = (states[wanted.get("state") ?? "talking"] ?? (() => ({ state: {} as ClientState })))();
const asked: unknown[] = [];
const state = signal<ClientState>(shown.state);
const mentions: ((conversation: string, reference: string) => void)[] = [];
let ids = 0;
const nextId = (kind: string) => {
  ids += 1;
  return `${kind}${ids}`;
};

const change = (part: Partial<ClientState>) => {
  state.value = { ...state.peek(), ...part };
};

/** The link as the desk knows it, answering from here; whoever tests reads what was asked of it. */
const desk: Desk = {
  state,
  send(conversation, kind, body, audience) {
    asked.push({ send: kind, conversation, body, audience });
    return nextId("k");
  },
  async act(verb, conversation, fields) {
    asked.push({ act: verb, conversation, fields });
    return shown.refuse ? { ok: false, ...shown.refuse } : ({ ok: true, frame: {} } as never);
  },
  retry: (key) => asked.push({ retry: key }),
  discard: (key) => asked.push({ discard: key }),
  open: (conversation) => asked.push({ open: conversation }),
  close: (conversation) => asked.push({ close: conversation }),
  list: (name) => state.peek().lists[name] ?? change({ lists: { ...state.peek().lists, [name]: list(name, []) } }),
  unlist: () => undefined,
  more: (name) => asked.push({ more: name }),
  read: (conversation, seq) => asked.push({ read: conversation, seq }),
  typing: (conversation, audience, on) => asked.push({ typing: audience, conversation, on }),
  draft(place, draft) {
    const { [place]: _, ...others } = state.peek().drafts;
    change({ drafts: draft ? { ...others, [place]: draft } : others });
  },
  upload: async (_conversation, file) => ({
    id: nextId("f"),
    name: file.name,
    mime: file.type,
    size: file.size,
    width: null,
    height: null,
  }),
  fileUrl: async () => "about:blank",
  newId: () => nextId("id"),
  onArrived: () => () => undefined,
  onMentioned(fn) {
    mentions.push(fn);
    return () => undefined;
  },
  onCalled: () => () => undefined,
  tell: () => undefined,
  wipe: async () => undefined,
  stop: () => undefined,
} as Desk;

const earlier = [
  row("Dana Okafor", "", {
    topic: "Barcode printer offline",
    rating: 5,
    status: "resolved",
    changed_at: NOW - 10 * 86_400_000,
  }),
  row("Dana Okafor", "", {
    topic: "Order set not in favourites",
    rating: 4,
    status: "resolved",
    changed_at: NOW - 19 * 86_400_000,
  }),
  row("Dana Okafor", "", { topic: "Downtime forms", rating: 5, status: "resolved", changed_at: NOW - 32 * 86_400_000 }),
];
const ask: Ask = {
  token: async () => "",
  search: async (query) => [{ row: dana, snippet: `… ${query} …`, seq: 3 }],
  contacts: async () => [dana.contact],
  history: async () => earlier,
};

page.lang = locale;
page.dir = wanted.get("dir") ?? "ltr";
const scheme = wanted.get("scheme");
if (scheme) page.dataset.scheme = scheme;
const { words, reader } = speechFor(locale, [locale === "en" ? "en-GB" : locale]);
Date.now = () => NOW;
const world = makeWorld(
  {
    desk,
    ask,
    words,
    reader: { ...reader, tz: "UTC" },
    mac: false,
    preferences: signal({
      scheme: "system",
      sound: false,
      notifications: wanted.has("follow"),
      enterSends: true,
      singleKeys: true,
    } as const) as never,
    logOff: () => asked.push("log off"),
  },
  shown.view,
);
// The clock of ui/ began before this page fixed its present.
const skew = NOW - (await import("../../../widget/src/ui/clock")).now.peek();
change({ clockSkew: skew });
listen(world);
if (wanted.has("follow")) follow(world);
render(<App world={world} />, document.getElementById("root") as HTMLElement);
if (shown.type) {
  const field = document.querySelector<HTMLTextAreaElement>(".compose textarea");
  if (field) {
    field.focus();
    field.value = shown.type;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
Object.assign(window, { asked, world, change, mentions, drafts: () => state.peek().drafts });
