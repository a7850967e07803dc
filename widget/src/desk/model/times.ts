// How long and until when, as the desk's narrow columns say it. Pure: the present comes in.
import type { Reader } from "../../ui/reader";
import { clockTime, dayKey } from "../../ui/time";

const minute = 60_000;
const hour = 60 * minute;
const dayLength = 24 * hour;
const forms = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function unitForm(reader: Reader, unit: string, unitDisplay: "narrow" | "long"): Intl.NumberFormat {
  const key = `${reader.locale}|${unit}|${unitDisplay}`;
  const form = forms.get(key) ?? new Intl.NumberFormat(reader.locale, { style: "unit", unit, unitDisplay });
  forms.set(key, form);
  return form as Intl.NumberFormat;
}

function dateForm(reader: Reader): Intl.DateTimeFormat {
  const key = `${reader.locale}|${reader.tz}|date`;
  const options = { timeZone: reader.tz, day: "numeric", month: "short" } as const;
  const form = forms.get(key) ?? new Intl.DateTimeFormat(reader.locale, options);
  forms.set(key, form);
  return form as Intl.DateTimeFormat;
}

/** How long, in the largest whole unit: "4 min", "2h", "3d". */
export function span(ms: number, reader: Reader): string {
  if (ms < hour) return reader.words.minutesShort(Math.max(0, Math.floor(ms / minute)));
  if (ms < dayLength) return unitForm(reader, "hour", "narrow").format(Math.floor(ms / hour));
  return unitForm(reader, "day", "narrow").format(Math.floor(ms / dayLength));
}

/** The same in full words, for a screen reader: "18 seconds", "4 minutes". */
export function spanInWords(ms: number, reader: Reader): string {
  const form = (unit: string, length: number) =>
    unitForm(reader, unit, "long").format(Math.max(0, Math.floor(ms / length)));
  if (ms < minute) return form("second", 1000);
  if (ms < hour) return form("minute", minute);
  return ms < dayLength ? form("hour", hour) : form("day", dayLength);
}

/** Time left, read at a glance: "0:18", "12:40", "3 hr". */
export function countdown(ms: number, reader: Reader): string {
  if (ms >= hour) return span(ms, reader);
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** When something was or will be: a clock time today, otherwise a date. */
export function shortDate(at: number, now: number, reader: Reader): string {
  return dayKey(at, reader) === dayKey(now, reader) ? clockTime(at, reader) : dateForm(reader).format(at);
}

/** A moment that may lie on another day: "14:30", "13 Nov, 09:00"; what is only hours away needs no date. */
export function moment(at: number, now: number, reader: Reader): string {
  const clock = clockTime(at, reader);
  const near = Math.abs(at - now) < 12 * hour || dayKey(at, reader) === dayKey(now, reader);
  return near ? clock : `${dateForm(reader).format(at)}, ${clock}`;
}

/** A moment as an `<input type="datetime-local">` writes it, on the clock of the reader's zone. */
export const localInput = (at: number, { tz }: Reader): string =>
  new Date(at + aheadOfUtc(at, tz)).toISOString().slice(0, 16);

/** The moment that such an input means; NaN if it means none. */
export function fromLocalInput(text: string, { tz }: Reader): number {
  const asUtc = Date.parse(`${text}Z`);
  if (!Number.isFinite(asUtc)) return Number.NaN;
  // Where the clocks change in between, the first guess lies an hour off: the second look is at the right moment.
  return asUtc - aheadOfUtc(asUtc - aheadOfUtc(asUtc, tz), tz);
}

/** Nine o'clock tomorrow in the reader's zone: the usual answer to "until when". */
export function tomorrowMorning(now: number, reader: Reader): number {
  const today = Date.parse(`${dayKey(now, reader)}T00:00Z`);
  const tomorrow = new Date(today + dayLength).toISOString().slice(0, 10);
  return fromLocalInput(`${tomorrow}T09:00`, reader);
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function aheadOfUtc(at: number, tz: string): number {
  const key = `${tz}|parts`;
  const form =
    forms.get(key) ?? new Intl.DateTimeFormat("en-US", { timeZone: tz, timeZoneName: "longOffset", hour: "numeric" });
  forms.set(key, form);
  const name = (form as Intl.DateTimeFormat).formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  const ahead = Number(hours ?? 0) * hour + Number(minutes ?? 0) * minute;
  return sign === "-" ? -ahead : ahead;
}
