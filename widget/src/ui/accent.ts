// A tenant's own accent colour: used where its contrast holds, moved until it does; computed, not trusted. Pure.

type Rgb = [number, number, number];
export interface Accent {
  accent: string;
  hover: string;
  soft: string;
  on: string;
}

const LIGHT: Rgb = [255, 255, 255];
const DARK: Rgb = [16, 26, 35];
const SUNKEN_LIGHT: Rgb = [239, 243, 246];
const SUNKEN_DARK: Rgb = [26, 39, 51];
const INK: Rgb = [4, 16, 22];
const ENOUGH = 4.5;

/** The accent's roles for one scheme, or null when the colour cannot be read. */
export function accentFor(colour: string | null | undefined, dark: boolean): Accent | null {
  const wanted = parse(colour);
  if (!wanted) return null;
  const ground = dark ? DARK : LIGHT;
  const towards = dark ? LIGHT : INK;
  const soft = mix(ground, wanted, dark ? 0.2 : 0.12);
  // It must be readable as text wherever text stands: on the surface, on sunken ground, on its own soft ground.
  const grounds = [ground, dark ? SUNKEN_DARK : SUNKEN_LIGHT, soft];
  const holds = (candidate: Rgb) => grounds.every((each) => contrast(candidate, each) >= ENOUGH);
  let accent = wanted;
  for (let step = 1; step <= 20 && !holds(accent); step += 1) accent = mix(wanted, towards, step / 20);
  const on = contrast(accent, LIGHT) >= ENOUGH ? LIGHT : INK;
  return { accent: write(accent), hover: write(mix(accent, towards, 0.18)), soft: write(soft), on: write(on) };
}

/** WCAG 2 contrast of two colours, 1 to 21. */
export function contrastOf(one: string, other: string): number {
  return contrast(parse(one) ?? LIGHT, parse(other) ?? LIGHT);
}

function parse(colour: string | null | undefined): Rgb | null {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour ?? "")?.[1];
  if (!digits) return null;
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as Rgb;
}

const write = (colour: Rgb): string =>
  `#${colour.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((value, index) => value + ((to[index] as number) - value) * share) as Rgb;

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
