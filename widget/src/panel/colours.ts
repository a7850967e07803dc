// An accent of the page's or the tenant's own, in every role that has one.
import { accentFor } from "../ui/accent";

const ROLES = {
  "--accent": "accent",
  "--accent-hover": "hover",
  "--accent-soft": "soft",
  "--on-accent": "on",
} as const;

/** Paint the document with an accent, or give it back the colours it came with. */
export function paint(root: HTMLElement, colour: string | null, dark: boolean): void {
  const own = accentFor(colour, dark);
  for (const [property, role] of Object.entries(ROLES) as [string, keyof NonNullable<typeof own>][])
    if (own) root.style.setProperty(property, own[role]);
    else root.style.removeProperty(property);
}
