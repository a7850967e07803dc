// `/widget.js`: finds its own script element, makes sure that it is the only one in the page, and takes over the stub.
import { launch, type Verb } from "./launcher";
import { every } from "./natives";
import { readSettings } from "./settings";

type Verbs = Record<string, Verb>;
type Home = Element & { verbs?: Verbs };
interface Api {
  (verb: string, ...args: unknown[]): unknown;
  q?: ArrayLike<unknown>[];
}

const NAMES = "boot shutdown logout open close toggle show hide startConversation setContext on unreadCount".split(" ");
const page = window as unknown as { Curbside?: Api };
const script = (document.currentScript ||
  document.querySelector("script[data-tenant][src*='widget']")) as HTMLScriptElement | null;

/** The launcher that lives somewhere in this page, its frames and the frames around it, as far as we may look. */
function find(at: Window): Verbs | undefined {
  let found: Verbs | undefined;
  try {
    found = (at.document.querySelector("curbside-launcher") as Home | null)?.verbs;
  } catch {} // another origin
  for (let child = 0; child < at.length && !found; child++) found = find(at[child] as Window);
  return found;
}

/** True when the top page is going to load a launcher itself. */
function topWillLaunch(): boolean {
  try {
    return top !== window && !!top?.document.querySelector("script[data-tenant][src*='widget']");
  } catch {
    return false;
  }
}

/** Put the API in the stub's place, and do what was asked of the stub. */
function install(call: (verb: string, args: unknown[]) => unknown) {
  const asked = page.Curbside?.q || [];
  const api = ((verb: string, ...args: unknown[]) => call(verb, args)) as Api;
  for (const name of NAMES) Object.defineProperty(api, name, { value: (...args: unknown[]) => call(name, args) });
  page.Curbside = api;
  for (let at = 0; at < asked.length; at++) {
    const [verb, ...args] = asked[at] as unknown as [string, ...unknown[]];
    call(verb, args);
  }
}

function perform(verbs: Verbs | undefined, verb: string, args: unknown[]) {
  return NAMES.indexOf(verb) >= 0 ? (verbs?.[verb] as (...args: unknown[]) => unknown)?.(...args) : undefined;
}

function begin(tries: number) {
  if (find(top || window)) {
    const stub = page.Curbside;
    if (!stub || stub.q) install((verb, args) => perform(find(top || window), verb, args));
  } else if (tries && topWillLaunch()) {
    const waiting = every(() => {
      clearInterval(waiting);
      begin(tries - 1);
    }, 250);
  } else {
    const settings = readSettings(script);
    if (!settings) return console.warn("Curbside: the script element needs data-tenant.");
    const verbs = launch(settings);
    (document.querySelector("curbside-launcher") as Home).verbs = verbs;
    install((verb, args) => perform(verbs, verb, args));
  }
}

try {
  begin(20);
} catch (error) {
  document.querySelector("curbside-launcher")?.remove();
  console.warn("Curbside could not start", error);
}
