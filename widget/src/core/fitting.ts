// What a frame can carry at all.
const encoder = new TextEncoder();

/** The bytes that a frame takes. */
export const sizeOf = (frame: object): number => encoder.encode(JSON.stringify(frame)).length;

/** The same value with every half of a character (a lone surrogate) replaced: UTF-8 cannot carry it. */
export function wellFormed<T>(value: T): T {
  if (typeof value === "string") return value.replace(/\p{Surrogate}/gu, "\ufffd") as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wellFormed(each)])) as T;
}
