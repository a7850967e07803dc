// The desk's island: reads what the page was given, starts the link, draws. Everything else has a file of its own.
import "./desk.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { run } from "../browser/run";
import { startClock } from "../ui/clock";
import { isRightToLeft } from "../ui/reader";
import { App } from "./App";
import { askServer } from "./ask";
import { deviceId } from "./device";
import { follow } from "./follow";
import { listen } from "./keyboard";
import { keptPreferences } from "./preferences";
import { noticePresence } from "./presence";
import { speechFor } from "./words";
import { makeWorld } from "./world";

interface Config {
  me: { name: string };
  locale: string;
  tz: string;
  csrf: string | null;
}

function start(root: HTMLElement, config: Config) {
  const toLogIn = () => location.assign("/desk/login");
  const { words, reader } = speechFor(config.locale, navigator.languages, config.tz);
  document.documentElement.lang = config.locale;
  document.documentElement.dir = isRightToLeft(config.locale) ? "rtl" : "ltr";
  const ask = askServer(location.origin, toLogIn);
  const desk = run({ origin: location.origin, token: ask.token, device: deviceId(), scope: "desk" });
  const logOff = () => {
    world.acts.settle();
    void fetch("/desk/logout", { method: "POST", credentials: "same-origin" })
      .catch(() => null)
      .then(() => desk.wipe())
      .finally(toLogIn);
  };
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const world = makeWorld({ desk, ask, words, reader, mac, preferences: keptPreferences(), logOff });
  startClock();
  const here = () => void fetch("/desk/here", { method: "POST", credentials: "same-origin" }).catch(() => null);
  const stops = [follow(world), listen(world), noticePresence(window, here)];
  effect(() => {
    if (desk.state.value.link !== "ended") return;
    for (const stop of stops.splice(0)) stop();
    document.title = words.desk;
    void desk.wipe();
  });
  render(<App world={world} />, root);
}

const root = document.getElementById("root");
const config = document.getElementById("config");
if (root && config) start(root, JSON.parse(config.textContent ?? "{}") as Config);
