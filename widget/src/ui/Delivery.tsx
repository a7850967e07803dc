import type { VNode } from "preact";
import type { Item } from "../core/state";
import type { UiWords } from "../core/words/ui.en";
import { LinkButton } from "./Button";
import { Alert, Check, CheckTwice, Clock } from "./icons";
import { useReader } from "./reader";
import { clockTime } from "./time";

export interface DeliveryProps {
  item: Item;
  showDelivery: boolean;
  readAt?: number | null; // when the other side read it, if that is known
  retry(key: string): void;
  discard(key: string): void;
}

/** How far one's own message has come; a failure always says why, and what can be done. */
export function Delivery({ item, showDelivery, readAt, retry, discard }: DeliveryProps): VNode | null {
  const reader = useReader();
  const { words } = reader;
  if (item.delivery === "failed")
    return (
      <p class="delivery failed" role="alert">
        <Alert size={14} />
        <span>
          {words.notSent} {refusal(item, words)}
        </span>
        <LinkButton onClick={() => retry(item.key)}>{words.tryAgain}</LinkButton>
        <LinkButton onClick={() => discard(item.key)}>{words.discard}</LinkButton>
      </p>
    );
  if (!showDelivery || !item.delivery) return null;
  const at = clockTime(item.at, reader);
  const [Icon, text] = {
    queued: [Clock, words.queued] as const,
    sending: [Clock, words.sending] as const,
    sent: [Check, words.sent(at)] as const,
    delivered: [CheckTwice, words.delivered(at)] as const,
    read: [CheckTwice, readAt ? words.readAt(clockTime(readAt, reader)) : words.read(at)] as const,
  }[item.delivery];
  return (
    <p class={`delivery ${item.delivery}`}>
      <Icon size={14} />
      <span class="num">{text}</span>
    </p>
  );
}

/** Why it was refused, in the reader's language: the server's own words are for programmers. */
function refusal({ failure }: Item, words: UiWords): string {
  if (!failure) return "";
  return (Object.hasOwn(words.refusal, failure.code) && words.refusal[failure.code]) || "";
}
