import type { VNode } from "preact";
import { parts } from "./links";
import { useReader } from "./reader";

/** What somebody wrote: plain text with its line breaks, and links that show their real host. Never markup. */
export function RichText({ text }: { text: string }): VNode {
  const { words } = useReader();
  return (
    <span class="rich" dir="auto">
      {parts(text).map((part, index) =>
        part.kind === "text" ? (
          part.text
        ) : (
          <a
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            referrerpolicy="no-referrer"
            title={part.href}
          >
            <bdi>
              <b>{part.host}</b>
              {part.rest}
            </bdi>
            <span class="unseen"> ({words.opensElsewhere})</span>
          </a>
        ),
      )}
    </span>
  );
}
