// How times read: relative up to an hour, then clock times in the reader's zone. Pure; the present comes in.
import type { UiWords } from "../core/words/ui.en";
import type { Reader } from "./reader";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(reader: Reader, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${reader.locale}|${reader.tz}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(reader.locale, { timeZone: reader.tz, ...options });
    formats.set(key, found);
  }
  return found;
}

/** Write the time of day as the reader's locale does: 03:12, 3:12 AM. */
export const clockTime = (at: number, reader: Reader): string => format(reader, { timeStyle: "short" }).format(at);

/** Name the calendar day in the reader's zone, as a key that can be compared: 2026-11-22. */
export const dayKey = (at: number, reader: Reader): string =>
  format({ ...reader, locale: "en-CA" }, { year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

/** Write a day: 'Today', 'Yesterday', 'Monday, November 16', with the year when it is another. */
export function dayName(at: number, now: number, reader: Reader): string {
  const day = dayKey(at, reader);
  if (day === dayKey(now, reader)) return reader.words.today;
  if (day === dayKey(now - 86_400_000, reader)) return reader.words.yesterday;
  const sameYear = day.slice(0, 4) === dayKey(now, reader).slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { weekday: "long", month: "long", day: "numeric" };
  return format(reader, sameYear ? options : { ...options, year: "numeric" }).format(at);
}

/** Write a day and a time as one phrase: 'Today, 03:12'. */
export const dayAndTime = (at: number, now: number, reader: Reader): string =>
  `${dayName(at, now, reader)}, ${clockTime(at, reader)}`;

/** Write how long ago something was, up to an hour; then its time, and its day when that is another. */
export function whenAgo(at: number, now: number, reader: Reader): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return reader.words.justNow;
  if (minutes < 60) return reader.words.minutesAgo(minutes);
  return dayKey(at, reader) === dayKey(now, reader) ? clockTime(at, reader) : dayAndTime(at, now, reader);
}

/** Round a wait to what can honestly be promised: 10 s steps under a minute, then minutes, then hours. */
export function roughly(seconds: number, words: UiWords): string {
  if (seconds <= 50) return words.seconds(Math.max(10, Math.ceil(seconds / 10) * 10));
  // Up to a third over counts as the minute below; beyond, one promises too little.
  if (seconds < 3600) return words.minutes(Math.max(1, Math.ceil(seconds / 60 - 1 / 3)));
  return words.hours(Math.ceil(seconds / 3600));
}

/** The same in short, for a header: '40 s', '3 min'. */
export const roughlyShort = (seconds: number, words: UiWords): string =>
  seconds < 90
    ? words.secondsShort(Math.max(5, Math.ceil(seconds / 5) * 5))
    : words.minutesShort(Math.ceil(seconds / 60));

/** Write a file's size: '312 KB', '1.4 MB'. */
export function fileSize(bytes: number, locale: string): string {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1000), "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const digits = unit === "megabyte" && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
}
