import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Item } from "../core/state";
import { Attachments, type FileUrl } from "./Attachments";
import { LinkButton } from "./Button";
import { Delivery } from "./Delivery";
import { type IconComponent, More } from "./icons";
import { RichText } from "./RichText";
import { useReader } from "./reader";
import { clockTime } from "./time";

/** One thing that a person may do with a message. */
export interface Act {
  name: string;
  label: string;
  icon: IconComponent;
  danger?: boolean;
  run(): void;
}

export interface MessageProps {
  item: Item;
  mine: boolean;
  quoted: Item | null;
  showDelivery: boolean;
  readAt?: number | null;
  fileUrl: FileUrl;
  acts(item: Item): Act[];
  retry(key: string): void;
  discard(key: string): void;
  undo: (() => void) | null; // not null while its deletion can still be undone
}

/** One message: what was said, its files, its state, and what can be done with it. */
export function Message(props: MessageProps): VNode {
  const { item, mine, undo } = props;
  const { words } = useReader();
  if (undo)
    return (
      <p class={`bubble hollow${mine ? " mine" : ""}`}>
        {words.deletingMessage} · <LinkButton onClick={undo}>{words.undo}</LinkButton>
      </p>
    );
  if (item.gone)
    return (
      <p class={`bubble hollow${mine ? " mine" : ""}`}>
        {item.gone === "redacted" ? words.redactedMessage : words.deletedMessage}
      </p>
    );
  return <Standing {...props} />;
}

function Standing(props: MessageProps): VNode {
  const { item, mine, quoted, fileUrl } = props;
  const { words } = useReader();
  const [open, setOpen] = useState(false);
  const files = item.body?.files ?? [];
  const text = item.body?.text ?? "";
  const look = `${mine ? " mine" : ""}${item.kind === "note" ? " note" : ""}${item.delivery === "failed" ? " failed" : ""}`;
  return (
    <div class={`message${mine ? " mine" : ""}`}>
      <div class="message-row">
        <div class={`bubble${look}`}>
          {"quote" in item.facts && item.facts.quote ? <Quote of={quoted} /> : null}
          {files.length ? <Attachments files={files} fileUrl={fileUrl} /> : null}
          {text ? <RichText text={text} /> : files.length ? null : <i>{words.sentFiles(1)}</i>}
          {item.edited ? <small class="edited"> ({words.edited})</small> : null}
        </div>
        {item.seq !== null ? <MoreButton item={item} mine={mine} open={open} onToggle={() => setOpen(!open)} /> : null}
      </div>
      {open ? <Acts acts={props.acts(item)} onDone={() => setOpen(false)} /> : null}
      <Delivery {...props} />
    </div>
  );
}

function MoreButton({
  item,
  mine,
  open,
  onToggle,
}: {
  item: Item;
  mine: boolean;
  open: boolean;
  onToggle(): void;
}): VNode {
  const reader = useReader();
  const author = mine ? reader.words.yourMessage : item.author.name;
  return (
    <button
      type="button"
      class="message-more"
      data-more
      aria-expanded={open}
      aria-label={reader.words.actionsFor(author, clockTime(item.at, reader))}
      onClick={onToggle}
    >
      <More size={18} />
    </button>
  );
}

function Acts({ acts, onDone }: { acts: Act[]; onDone(): void }): VNode {
  const run = (act: Act) => {
    onDone();
    act.run();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what the button before it opened
    <div
      class="acts"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        event.currentTarget.parentElement?.querySelector<HTMLElement>("[data-more]")?.focus();
        onDone();
      }}
    >
      {acts.map((act) => (
        <LinkButton key={act.name} class={`act${act.danger ? " danger" : ""}`} onClick={() => run(act)}>
          <act.icon size={16} /> {act.label}
        </LinkButton>
      ))}
    </div>
  );
}

function Quote({ of }: { of: Item | null }): VNode {
  const { words } = useReader();
  if (!of || of.gone) return <span class="quote">{words.quoteGone}</span>;
  return (
    <span class="quote">
      <b class="quote-name">{of.author.name}</b>
      <span class="quote-text" dir="auto">
        {of.body?.text || words.sentFiles(of.body?.files?.length ?? 0)}
      </span>
    </span>
  );
}
