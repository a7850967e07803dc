import type { VNode } from "preact";
import { useWorld } from "./world";

/** The conversation's reference: short to see, letter by letter to hear, so that it can be said on the telephone. */
export function Reference({ reference }: { reference: string }): VNode {
  const words = useWorld().words.value;
  return (
    <p class="reference">
      {words.reference}{" "}
      <b class="num" aria-hidden="true">
        {reference}
      </b>
      <span class="unseen">{spelled(reference, words.dash)}</span>
    </p>
  );
}

/** 'K7-204' as 'K, 7, dash, 2, 0, 4'. */
export const spelled = (reference: string, dash: string): string =>
  [...reference].map((letter) => (letter === "-" ? dash : letter)).join(", ");
