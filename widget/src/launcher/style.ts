// What changes of the launcher's looks: colours and place. The rest is launcher.css.
import type { Settings } from "./settings";

/** Dark or white ink, whichever reads better on a colour (WCAG relative luminance). */
function inkOn(accent: string): string {
  const part = (at: number) => (+`0x${accent.slice(at, at + 2)}` / 255) ** 2.2;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.18 ? "#04211f" : "#fff";
}

/** The rules that change: the accent, and where things stand. */
export function placement(accent: string, { position, offset = "24" }: Settings): string {
  const side = `inset-inline-${position === "start" ? position : "end"}`;
  const [inline, block = inline] = offset.split(",");
  return `.dock{--accent:${accent};--ink:${inkOn(accent)}}.word{${side}:64px}
.dock>*{${side}:calc(${inline}px + env(safe-area-inset-right,0px));bottom:calc(${block}px + env(safe-area-inset-bottom,0px))}
.panel{max-height:calc(100vh - ${block}px - 80px)}`;
}
