// How the page looks: the host's scheme, the tenant's accent, the reader's language and direction.
import { effect } from "@preact/signals";
import { accentFor } from "../ui/accent";
import { isRightToLeft } from "../ui/reader";
import type { World } from "./world";

/** Keep the document in step with the look, and inert while nobody sees it; custom properties are set by script, never as an attribute. */
export function wear(world: World): () => void {
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    const root = document.documentElement;
    const { scheme, accent } = world.look.peek();
    if (scheme === "auto") delete root.dataset.scheme;
    else root.dataset.scheme = scheme;
    const dark = scheme === "dark" || (scheme === "auto" && preferred.matches);
    const own = accentFor(accent ?? world.state.peek()?.snapshot?.tenant.accent ?? world.config.accent, dark);
    for (const [role, name] of Object.entries({ accent: "", hover: "-hover", soft: "-soft" } as const))
      paint(root, `--accent${name}`, own?.[role as "accent"]);
    paint(root, "--on-accent", own?.on);
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

function paint(root: HTMLElement, role: string, colour: string | undefined): void {
  if (colour) root.style.setProperty(role, colour);
  else root.style.removeProperty(role);
}
