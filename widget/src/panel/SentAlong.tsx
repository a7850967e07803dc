import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { LinkButton } from "../ui/Button";
import { Speech } from "../ui/signs";
import { useWorld } from "./world";

const ORDER = ["module", "version", "error"];

/** What goes along with the first message, in one line; all of it on request, and exactly that. */
export function SentAlong({ context }: { context: Record<string, string> }): VNode | null {
  const words = useWorld().words.value;
  const [open, setOpen] = useState(false);
  const fields = Object.entries(context);
  if (!fields.length) return null;
  const short = ORDER.filter((name) => context[name]).map((name) =>
    name === "version" ? `v${context[name]}` : context[name],
  );
  return (
    <section class="sent-along">
      <p class="sent-along-line">
        <Speech size={16} />
        <span>
          {words.sentAlong} <b>{(short.length ? short : fields.slice(0, 3).map(([, value]) => value)).join(" · ")}</b>
        </span>
        <LinkButton aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.seeLess : words.seeAll}
        </LinkButton>
      </p>
      {open ? (
        <div class="sent-along-all">
          <dl>
            {fields.map(([name, value]) => (
              <div key={name}>
                <dt>{words.field[name] ?? name.replace(/^x_/u, "").replaceAll("_", " ")}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
          <p>{words.sentAlongAll}</p>
        </div>
      ) : null}
    </section>
  );
}
