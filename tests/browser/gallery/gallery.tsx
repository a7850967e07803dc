// The panel in a state of one's choice: `#talk`, `#waiting?locale=es&dir=rtl&accent=%23ff0000`. For tests and eyes only.
import { computed, signal } from "@preact/signals";
import { render } from "preact";
import type { Desk } from "../../../widget/src/browser/run";
import { parseConfig } from "../../../widget/src/panel/config";
import { StillHere } from "../../../widget/src/panel/Idle";
import { Panel } from "../../../widget/src/panel/Panel";
import "../../../widget/src/panel/panel.css";
import { wear } from "../../../widget/src/panel/wear";
import { fetchWords, wordsFor } from "../../../widget/src/panel/words";
import type { World } from "../../../widget/src/panel/world";
import { context, NOW } from "./nouns";
import { type Shown, STATES } from "./states";

const [name = "", query = ""] = location.hash.slice(1).split("?");
const options = new URLSearchParams(query);
const shown = STATES[name] as Shown;
const locale = options.get("locale") ?? "en";
const state = signal(shown.state);
const answered = Promise.resolve({ ok: true as const, frame: undefined });

/** A desk that keeps drafts and answers yes; the panel itself cannot tell. */
const desk = {
  state,
  onArrived: () => () => {},
  act: () => answered,
  fileUrl: () => Promise.resolve("/picture.png"),
  draft(conversation: string, draft: object | null) {
    const now = state.value;
    if (now) state.value = { ...now, drafts: { ...now.drafts, [conversation]: draft } as typeof now.drafts };
  },
} as unknown as Desk;
for (const verb of ["read", "typing", "send", "retry", "discard", "open", "close", "list"])
  Object.assign(desk, { [verb]: () => "key" });

const week = [["07:00", "19:00"]];
const config = parseConfig(
  JSON.stringify({
    tenant: "northwind",
    name: "Northwind Support",
    phone: "+1 555 0100",
    hours: { tz: "UTC", days: [week, week, week, week, week, [], []] },
    open: !shown.closed,
    opens_at: shown.closed ? Date.UTC(2026, 10, 24, 8) : null,
    incidents:
      shown.state === null && !shown.closed
        ? [{ id: "i", text: "E-prescribing is slow since 02:40.", next_update_at: NOW + 1_800_000 }]
        : [],
  }),
);
await fetchWords(locale);
const words = wordsFor(locale);
const world = {
  config,
  phone: config.phone,
  look: signal({ scheme: options.get("scheme") ?? "light", locale, accent: options.get("accent") }),
  words: computed(() => words.panel),
  reader: computed(() => ({ words: words.ui, locale, tz: "UTC" })),
  phase: signal(shown.phase ?? "known"),
  desk: signal(shown.state ? desk : null),
  state,
  context: signal(context),
  opened: signal(true),
  folded: signal(shown.folded ?? false),
  current: signal("one"),
  asked: new Set<string>(),
  early: signal({}),
  place: signal(shown.place ?? "chat"),
  calls: signal(null),
  above: signal(null),
  warning: signal(shown.left ? <StillHere left={shown.left} onStay={() => {}} /> : null),
  sign: signal(0),
  trouble: signal(shown.trouble ?? null),
  switches: computed(() => state.value?.snapshot?.switches ?? config.switches),
  here: computed(() => state.value?.snapshot?.switches ?? config.switches),
  now: computed(() => NOW),
  tell: () => {},
  identifyAgain: () => {},
  startNew: () => {},
  go: () => {},
  calm: () => {},
  post: () => Promise.resolve(new Response(JSON.stringify({ results: [] }))),
} as unknown as World;
wear(world);
if (options.get("dir")) document.documentElement.dir = options.get("dir") as string;
if (options.get("text")) document.documentElement.style.fontSize = `${options.get("text")}%`;
// What comes lazily is here before the first picture, so that a state is whole when it is drawn.
await Promise.all([
  import("../../../widget/src/panel/Line"),
  import("../../../widget/src/panel/Banner"),
  import("../../../widget/src/panel/Cards"),
  import("../../../widget/src/panel/HeaderMenu"),
  import("../../../widget/src/panel/History"),
  import("../../../widget/src/panel/Incidents"),
  import("../../../widget/src/panel/Outside"),
  import("../../../widget/src/panel/Rating"),
  import("../../../widget/src/core/care"),
]);
const root = document.getElementById("root");
if (root) render(<Panel world={world} />, root);

/** Do what the state asks for, one thing after another, as a person would. */
async function perform(): Promise<void> {
  const pause = () => new Promise((done) => setTimeout(done, 150));
  await pause();
  for (const label of shown.act ?? []) {
    const wanted = (element: HTMLElement) => (element.ariaLabel ?? element.textContent?.trim())?.startsWith(label);
    const find = () => [...document.querySelectorAll<HTMLElement>("button")].filter(wanted).pop();
    for (let tries = 0; tries < 20 && !find(); tries += 1) await pause();
    const found = find();
    if (!found) throw new Error(`nothing to click is called ${label}`);
    found.click();
    await pause();
  }
  const field = document.querySelector("textarea");
  if (shown.type && field) {
    field.value = shown.type;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await pause();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await pause();
  }
  document.documentElement.dataset.ready = "yes";
}
void perform();
