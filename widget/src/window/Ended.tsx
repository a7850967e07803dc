import type { VNode } from "preact";
import { windowWords } from "./words";

/** Why nothing of a call is here: its code was no good, the log-in ended, it went back, or it is over. */
export type End = "unusable" | "logged_off" | "back" | "over";

const locale = () => document.documentElement.lang;

export function Ended({ why }: { why: End }): VNode {
  const words = windowWords(locale());
  const said: Record<End, [string, string]> = {
    unusable: [words.usedUp, words.usedUpHint],
    logged_off: [words.loggedOff, words.loggedOffHint],
    back: [words.back, words.backHint],
    over: [words.over, words.overHint],
  };
  const [title, hint] = said[why];
  return <Said title={title} hint={hint} />;
}

export function Waiting({ unreachable = false }: { unreachable?: boolean }): VNode {
  const words = windowWords(locale());
  return unreachable ? (
    <Said title={words.unreachable} hint={words.unreachableHint} />
  ) : (
    <Said title={words.opening} hint="" />
  );
}

function Said({ title, hint }: { title: string; hint: string }): VNode {
  return (
    <main class="window-said">
      <div role="status">
        <h1>{title}</h1>
        {hint ? <p>{hint}</p> : null}
      </div>
    </main>
  );
}
