import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { correctionPlace } from "../../core/drafts";
import type { Item } from "../../core/state";
import { Attachments } from "../../ui/Attachments";
import { Delivery } from "../../ui/Delivery";
import { Check, CheckTwice, More } from "../../ui/icons";
import { RichText } from "../../ui/RichText";
import { clockTime } from "../../ui/time";
import { goneWords } from "../model/facts";
import { pieces } from "../model/lines";
import { Menu } from "../parts/Menu";
import { useWorld } from "../world";
import { choices } from "./choices";
import { EditBox } from "./EditBox";

export type Reached = "sent" | "delivered" | "read" | null;
interface Props {
  item: Item;
  mine: boolean;
  quoted: Item | null;
  reached: Reached;
}

/** One message or note: what was said, its files, how far it got, and what may be done with it. */
export function Message({ item, mine, quoted, reached }: Props): VNode {
  const world = useWorld();
  const { words, view, reader, desk } = world;
  const editing = useComputed(() => correctionPlace(view.value.chosen ?? "", item.key) in desk.state.value.drafts);
  const leaving = useComputed(() => view.value.leaving.includes(item.key));
  if (leaving.value) return <p class="bubble hollow">{reader.words.deletingMessage}</p>;
  if (item.gone) {
    return <p class="bubble hollow">{goneWords(item, reader)}</p>;
  }
  if (editing.value) return <EditBox item={item} />;
  const author = mine ? words.you : item.author.name;
  const label = reader.words.actionsFor(author, clockTime(item.at, reader));
  return (
    <div class="talk-message">
      <div class="message-row">
        <div
          class={`bubble ${item.author.kind}${item.kind === "note" ? " note" : ""}${item.delivery === "failed" ? " failed" : ""}`}
        >
          {item.facts.quote ? <Quote of={quoted} /> : null}
          {item.body?.files?.length ? <Attachments files={item.body.files} fileUrl={(id) => desk.fileUrl(id)} /> : null}
          {item.body?.text ? <Said item={item} /> : null}
          {item.edited ? <small class="edited"> ({reader.words.edited})</small> : null}
        </div>
        {item.seq === null ? null : (
          <Menu
            label={label}
            class="message-more"
            side="start"
            button={<More size={18} />}
            sections={() => choices(world, item, mine)}
          />
        )}
      </div>
      <Delivery
        item={item}
        showDelivery={item.delivery === "queued" || item.delivery === "sending"}
        readAt={null}
        retry={(key) => desk.retry(key)}
        discard={(key) => desk.discard(key)}
      />
      {reached ? <ReachedMark reached={reached} /> : null}
    </div>
  );
}

function Said({ item }: { item: Item }): VNode {
  const { desk } = useWorld();
  const text = item.body?.text ?? "";
  if (item.kind !== "note") return <RichText text={text} />;
  const names = (desk.state.peek().snapshot?.agents ?? []).map(({ name }) => name);
  return (
    <>
      {pieces(text, names).map((piece, index) =>
        piece.mention ? (
          <b key={index} class="mention">
            {piece.text}
          </b>
        ) : (
          <RichText key={index} text={piece.text} />
        ),
      )}
    </>
  );
}

function Quote({ of }: { of: Item | null }): VNode {
  const { reader } = useWorld();
  if (!of || of.gone) return <span class="quote">{reader.words.quoteGone}</span>;
  return (
    <span class="quote">
      <b class="quote-name">{of.author.name}</b>
      <span class="quote-text" dir="auto">
        {of.body?.text || reader.words.sentFiles(of.body?.files?.length ?? 0)}
      </span>
    </span>
  );
}

function ReachedMark({ reached }: { reached: NonNullable<Reached> }): VNode {
  const { words } = useWorld();
  const text = { sent: words.sentState, delivered: words.deliveredState, read: words.readState }[reached];
  return (
    <p class={`delivery ${reached}`}>
      {reached === "sent" ? <Check size={14} /> : <CheckTwice size={14} />}
      {text}
    </p>
  );
}
