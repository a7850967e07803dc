import type { VNode } from "preact";
import { Lock } from "../ui/icons";
import { useWorld } from "./world";

/** The log-in is over: nothing of anybody is on the screen any more, and the way back is. */
export function Ended(): VNode {
  const { words } = useWorld();
  return (
    <main class="ended">
      <Lock size={28} />
      <h1>{words.endedTitle}</h1>
      <p>{words.endedElsewhere}</p>
      <a class="button primary" href="/desk/login">
        {words.logIn}
      </a>
    </main>
  );
}
