// The choices of a message's menu, of a packet's, and of a fact's with words in it.
import type { Item } from "../../core/state";
import { Bin, Copy, Lock, Pencil, Reply } from "../../ui/icons";
import { quote } from "../compose/quoting";
import type { Written } from "../model/view";
import type { Section } from "../parts/Menu";
import type { World } from "../world";
import { correct } from "./EditBox";

const deletable = new Set<string>(["message", "note", "packet", "waiting_why", "rated"] satisfies Written[]);
const named = (kind: string): Written => (deletable.has(kind) ? (kind as Written) : "message");

/** What may be done with something that was written: quote, copy, correct, take back, and, for who leads, redact. */
export function choices(world: World, item: Item, mine: boolean): Section[] {
  const { words, reader, desk, now, acts, dispatch, view } = world;
  const me = desk.state.peek().me;
  const editFor = 60_000;
  const left = Math.ceil((item.at + editFor - now.peek()) / 1000);
  const leads = me?.kind === "agent" && me.role !== "agent";
  const conversation = view.peek().chosen ?? "";
  const text = item.body?.text ?? "";
  const what = named(item.kind);
  const all = [
    ...(item.kind === "message"
      ? [{ id: "quote", label: reader.words.reply, icon: Reply, run: () => quote(world, item) }]
      : []),
    ...(text
      ? [{ id: "copy", label: reader.words.copy, icon: Copy, run: () => void navigator.clipboard.writeText(text) }]
      : []),
    ...(mine && left > 0 && text
      ? [{ id: "edit", label: words.editBefore(left), icon: Pencil, run: () => correct(world, item) }]
      : []),
    ...(mine && deletable.has(item.kind)
      ? [
          {
            id: "delete",
            label: reader.words.remove,
            icon: Bin,
            danger: true,
            run: () => acts.remove(conversation, item.key, what),
          },
        ]
      : []),
    ...(leads
      ? [
          {
            id: "redact",
            label: words.redact,
            icon: Lock,
            danger: true,
            run: () => dispatch({ kind: "dialog", dialog: { kind: "redact", target: item.key, what } }),
          },
        ]
      : []),
  ];
  return [{ choices: all }];
}
