// What is said when the server refuses what a person asked.
import type { World } from "./world";

/** Say why, by the stable code and in the reader's language; what the server itself says is for programmers. */
export function sayRefused(world: World, code: string): void {
  const { refusal } = world.reader.peek().words;
  world.trouble.value = (Object.hasOwn(refusal, code) && refusal[code]) || world.words.peek().problemSending;
}
