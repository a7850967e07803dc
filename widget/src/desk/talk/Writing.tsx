import { useComputed } from "@preact/signals";
import type { VNode } from "preact";
import { useWorld } from "../world";

/** Who is writing: the contact, or a colleague, and then whether it is a note. The place for it is always there. */
export function Writing({ conversation }: { conversation: string }): VNode {
  const { desk, words, now } = useWorld();
  const people = useComputed(() => desk.state.value.typing[conversation] ?? []);
  const me = desk.state.value.me?.id;
  const lively = people.value.filter((person) => person.until > now.value && person.id !== me);
  const text = lively
    .map((person) => (person.audience === "contact" ? words.isTyping(person.name) : words.isWritingNote(person.name)))
    .join(" ");
  return <p class="writing">{text}</p>;
}
