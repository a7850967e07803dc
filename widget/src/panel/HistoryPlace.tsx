import type { FunctionComponent, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWorld } from "./world";

/** Earlier conversations and their search are fetched when somebody looks for them. */
export function HistoryPlace(): VNode {
  const words = useWorld().words.value;
  const [loaded, setLoaded] = useState<{ Show: FunctionComponent } | null>(null);
  useEffect(() => void import("./History").then((module) => setLoaded({ Show: module.History })), []);
  return loaded ? <loaded.Show /> : <p class="history-state">{words.loading}</p>;
}
