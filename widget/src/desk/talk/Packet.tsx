import type { VNode } from "preact";
import type { Item } from "../../core/state";
import { Check } from "../../ui/icons";
import { RichText } from "../../ui/RichText";
import { goneWords } from "../model/facts";
import { useWorld } from "../world";
import { MoreMenu } from "./MoreMenu";

const nameOf = (value: unknown) => (value as { name?: string } | null)?.name ?? "";

/** What one agent hands to the next, so that the contact never says it twice. */
export function PacketCard({ item, read }: { item: Item; read: boolean }): VNode {
  const { words, desk, reader } = useWorld();
  const to = nameOf(item.facts.to_agent) || nameOf(item.facts.to_team);
  const card = desk.state.peek().snapshot?.agents?.find(({ id }) => id === item.author.id);
  const from = card ? `${item.author.name}, ${words.level(card.level)}, ${card.employer}` : item.author.name;
  const parts: [string, string | undefined][] = [
    [words.summary, item.body?.summary],
    [words.tried, item.body?.tried],
    [words.asked, item.body?.asked],
  ];
  return (
    <article class="packet">
      <h3 class="packet-head">
        <span>
          {words.packetFrom(from)} {to ? words.packetTo(to) : ""}
        </span>
        <span class={`packet-read${read ? " seen" : ""}`}>
          {read ? <Check size={14} /> : null}
          {read ? words.packetRead : words.packetUnread}
        </span>
        <MoreMenu item={item} />
      </h3>
      {item.gone ? <p class="bubble hollow">{goneWords(item, reader)}</p> : null}
      <dl>
        {parts.map(([name, text]) =>
          text ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <RichText text={text} />
              </dd>
            </div>
          ) : null,
        )}
      </dl>
      {item.seq === null ? null : <span data-seq={item.seq} />}
    </article>
  );
}
