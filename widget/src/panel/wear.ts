// How the page looks: the host's scheme, the tenant's accent, the reader's language and direction.
import { effect } from "@preact/signals";
import { isRightToLeft } from "../ui/reader";
import type { World } from "./world";

/** Keep the document in step with the look, and inert while nobody sees it; custom properties are set by script, never as an attribute. */
export function wear(world: World): () => void {
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  let coloured = false;
  const dress = () => {
    const root = document.documentElement;
    const { scheme, accent } = world.look.peek();
    if (scheme === "auto") delete root.dataset.scheme;
    else root.dataset.scheme = scheme;
    const dark = scheme === "dark" || (scheme === "auto" && preferred.matches);
    const colour = accent ?? world.state.peek()?.snapshot?.tenant.accent ?? world.config.accent;
    // Most panels wear the colours they came with: what works out others is fetched by those that need it.
    if (colour || coloured) void import("./colours").then(({ paint }) => paint(root, colour, dark));
    coloured ||= Boolean(colour);
    root.lang = world.reader.peek().locale;
    root.dir = isRightToLeft(root.lang) ? "rtl" : "ltr";
    document.title = world.words.peek().title;
  };
  preferred.addEventListener("change", dress);
  const stop = effect(() => {
    world.look.value;
    world.reader.value;
    dress();
  });
  const rest = effect(() => {
    document.body.inert = !world.opened.value; // a field that asks for the focus late would fetch it from the EHR
  });
  return () => {
    preferred.removeEventListener("change", dress);
    stop();
    rest();
  };
}
