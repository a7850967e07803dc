// Opening hours as a table that can be read at a glance. Pure.
import type { Hours } from "./config";

export interface Line {
  from: number; // day of the week, 0 is Monday
  to: number;
  spans: [string, string][];
}

/** Put days with the same hours together; none at all when it is always open. */
export function linesOf(hours: Hours): Line[] {
  const lines: Line[] = [];
  hours.days.forEach((spans, day) => {
    const last = lines[lines.length - 1];
    if (last && JSON.stringify(last.spans) === JSON.stringify(spans)) last.to = day;
    else lines.push({ from: day, to: day, spans });
  });
  return lines;
}
