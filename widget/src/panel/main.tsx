// The panel's page: read what the server wrote, connect to the host, show.
import { render } from "preact";
import { startClock } from "../ui/clock";
import "./panel.css";
import { parseConfig, takeNonce } from "./config";
import { live } from "./live";
import { Panel } from "./Panel";
import { wear } from "./wear";

const config = parseConfig(document.getElementById("config")?.textContent || "{}");
const root = document.getElementById("root");
const world = live(config, takeNonce());
startClock();
wear(world);
if (root) render(<Panel world={world} />, root);
// Nothing arrives before there is a link: what watches for it comes after the first picture.
void import("./watching").then(({ watch }) => watch(world));
