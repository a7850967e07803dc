// How many words a message holds: bytes of UTF-8, and what JSON makes longer (a line break is two, a quote too).
import type { Limits } from "./frames";

export type TextLimits = Pick<Limits, "text" | "frame">;

/** What holds until the server has said otherwise. */
const USUAL: TextLimits = { text: 8192, frame: 16_384 };
const REST = 3072; // of a frame: key, conversation, files, mentions and all that stands around a text

/** How many characters at the end of a text are more than one message holds. */
export function excess(text: string, limits?: TextLimits | null): number {
  const { text: most, frame } = limits ?? USUAL;
  if (text.length * 6 <= Math.min(most, frame - REST)) return 0;
  let [over, plain, escaped] = [0, 0, 0];
  for (const letter of text) {
    const point = letter.codePointAt(0) as number;
    plain += bytes(point);
    escaped += escapes(point) ?? bytes(point);
    if (plain > most || escaped > frame - REST) over += 1;
  }
  return over;
}

const bytes = (point: number) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4);

function escapes(point: number): number | null {
  if (point === 0x22 || point === 0x5c) return 2;
  if (point >= 0x20) return null;
  return "\b\t\n\f\r".includes(String.fromCodePoint(point)) ? 2 : 6;
}
