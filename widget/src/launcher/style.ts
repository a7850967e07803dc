import type { Settings } from "./settings";

// One adopted stylesheet. `all: initial` and !important on :host win over whatever the page says of our element,
// because for important rules the inner tree comes first. What changes (colours, place) is a second, tiny sheet.
export const STYLE = `:host{all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important}
.dock{font:15px/1.45 system-ui,sans-serif;color:var(--text);--surface:#fff;--text:#14202b;--red:#b8281e}
.dark{--surface:#101a23;--text:#e7edf2;--red:#f59a90;color-scheme:dark}
*{box-sizing:border-box}
button{all:unset;cursor:pointer}
:focus-visible{outline:2px solid var(--surface);box-shadow:0 0 0 4px var(--accent)!important}
svg{width:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.dock>*{position:fixed;box-shadow:0 12px 32px -8px rgb(16 26 35/.4)}
.help{box-sizing:border-box;width:56px;height:56px;border-radius:50%;border:1px solid transparent;display:grid;
place-items:center}
[hidden],.ready .card{display:none}
.help,.again{background:var(--accent);color:var(--ink)}
.word{position:absolute;padding:6px 12px;border-radius:8px;background:var(--text);color:var(--surface);
white-space:nowrap;opacity:0;pointer-events:none}
.help:hover .word,.help:focus-visible .word,.ready iframe{opacity:1}
.badge{position:absolute;top:-4px;right:-4px;min-width:22px;padding:0 5px;border-radius:11px;background:var(--red);
color:var(--surface);outline:2px solid;font-size:12px;font-weight:600;text-align:center}
.panel{margin-bottom:68px;width:400px;height:min(640px,60vh);border-radius:16px;overflow:hidden;
background:var(--surface);border:1px solid #8884;visibility:hidden}
.open{visibility:visible}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;opacity:0}
.card{height:100%;display:grid;place-content:center;justify-items:center;gap:8px;text-align:center}
.card b,a{font-size:20px;font-weight:600;color:var(--text)}
.again,.close{padding:12px 18px;border-radius:10px;font-weight:600}
.said{opacity:0}
@media (max-width:520px),(max-height:440px){.dock .panel{inset:0;margin:0;width:auto;height:auto;border:0;border-radius:0;
translate:none!important;max-height:none}.full .help{visibility:hidden}}
.dock .folded{height:64px;top:auto}
@media (prefers-reduced-motion:no-preference){*{transition:opacity .15s}}
@media print{.dock{display:none}}`;

/** Dark or white ink, whichever reads better on a colour (WCAG relative luminance). */
function inkOn(accent: string): string {
  const part = (at: number) => (Number.parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2;
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
