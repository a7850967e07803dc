// `/widget.js`: finds its own script element, makes sure that it is the only one in the page, and takes over the stub.
import { launch, verbs } from "./launcher";
import { attempt, later } from "./natives";
import { readSettings } from "./settings";

type Call = (verb: string, ...args: unknown[]) => unknown;
type Api = Call & { q?: [string, ...unknown[]][]; [name: string]: unknown };
type Verbs = Record<string, (...args: unknown[]) => unknown>;
type Home = Element & { call?: Call };

const page = window as unknown as { Curbside?: Api };
const outermost = top as Window;
const SCRIPT = "script[data-tenant][src*=widget]";
const script = (document.currentScript || document.querySelector(SCRIPT)) as HTMLScriptElement;

/** The launcher that lives somewhere in this page, its frames and the frames around it, as far as we may look. */
function find(at: Window): Call | undefined {
  let found: Call | undefined;
  try {
    found = (at.document.querySelector("curbside-launcher") as Home | null)?.call;
  } catch {} // another origin
  for (let child = 0; child < at.length && !found; child++) found = find(at[child] as Window);
  return found;
}

/** True when the top page is going to load a launcher itself. */
function topWillLaunch(): boolean {
  try {
    return outermost !== window && !!outermost.document.querySelector(SCRIPT);
  } catch {
    return false;
  }
}

/** Put the API in the stub's place, and do what was asked of the stub. */
function install(call: Call) {
  const api = ((verb, ...args) => call(verb, ...args)) as Api;
  const asked = page.Curbside?.q || [];
  for (const name in verbs) api[name] = (...args: unknown[]) => call(name, ...args);
  page.Curbside = api;
  for (const each of asked) attempt(() => call(...(each as [string])));
}

function begin(tries: number) {
  try {
    if (find(outermost)) {
      if (!page.Curbside?.boot) install((...said) => find(outermost)?.(...said));
    } else if (tries && topWillLaunch()) later(() => begin(tries - 1), 250);
    else {
      const call: Call = (verb, ...args) => (verbs as Record<string, unknown> as Verbs)[verb]?.(...args);
      (launch(readSettings(script)) as Home).call = call;
      install(call);
    }
  } catch (error) {
    document.querySelector("curbside-launcher")?.remove();
    console.error("Curbside:", error);
  }
}

begin(20);
