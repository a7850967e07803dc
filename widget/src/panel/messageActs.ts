// What the contact may do with a message. Asked when the list of acts opens, so that a minute can have passed.
import type { Item } from "../core/state";
import type { UiWords } from "../core/words/ui.en";
import { Bin, Copy, Pencil, Reply } from "../ui/icons";
import type { Act } from "../ui/Message";
import { EDIT_MS } from "./correction";
import type { World } from "./world";
import type { Writing } from "./writing";

interface Means {
  setWriting(writing: Writing): void;
  remove(key: string): void;
}

export function messageActs(item: Item, world: World, words: UiWords, means: Means): Act[] {
  const text = item.body?.text ?? "";
  const own = item.author.kind === "contact";
  const acts: Act[] = [
    {
      name: "reply",
      label: words.reply,
      icon: Reply,
      run: () => means.setWriting({ quote: item.key, editing: null }),
    },
  ];
  if (text) acts.push({ name: "copy", label: words.copy, icon: Copy, run: () => void copy(text) });
  if (own && text && world.now.peek() - item.at < EDIT_MS)
    acts.push({
      name: "edit",
      label: words.edit,
      icon: Pencil,
      run: () => means.setWriting({ quote: null, editing: { key: item.key, text } }),
    });
  if (own)
    acts.push({ name: "remove", label: words.remove, icon: Bin, danger: true, run: () => means.remove(item.key) });
  return acts;
}

/** Copy text; a frame without leave for the clipboard falls back to the old way. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}
