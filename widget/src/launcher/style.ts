// One adopted stylesheet. `all: initial` and !important on :host win over whatever the page says of our element,
// because for important rules the inner tree comes first. What changes (colours, place) is a second, tiny sheet.
export const STYLE = `:host{all:initial!important;display:block!important;position:fixed!important;inset:auto!important;
width:0!important;height:0!important;overflow:visible!important;z-index:2147483647!important}
.dock{font:15px/1.45 system-ui,"Segoe UI",sans-serif;color:var(--text);text-align:start;--surface:#fff;--text:#14202b;
--soft:#475869;--line:#dfe6ec;--red:#b8281e;--shade:0 12px 32px -8px rgb(16 26 35/.3)}
.dark{--surface:#101a23;--text:#e7edf2;--soft:#a8b7c4;--line:#25333f;--red:#f59a90;color-scheme:dark}
*{box-sizing:border-box}
[hidden],.ready .card,.ready .x{display:none!important}
button{all:unset;box-sizing:border-box;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;box-shadow:0 0 0 2px var(--surface)}
svg{width:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.help,.panel{position:fixed;inset-inline-end:calc(var(--inline) + var(--safe-x));
bottom:calc(var(--block) + env(safe-area-inset-bottom,0px));box-shadow:var(--shade)}
.start>*{inset-inline:calc(var(--inline) + var(--safe-x)) auto!important}
.help{width:56px;height:56px;border-radius:50%;display:grid;place-items:center;background:var(--accent);color:var(--ink);
border:1px solid transparent}
.word{position:absolute;inset-inline-end:64px;padding:6px 12px;border-radius:8px;background:var(--text);
color:var(--surface);white-space:nowrap;opacity:0;pointer-events:none;transition:opacity .14s}
.start .word{inset-inline:64px auto}
.help:hover .word,.help:focus-visible .word,.open,.ready iframe{opacity:1}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;padding:0 5px;border-radius:11px;
background:var(--red);color:var(--surface);border:2px solid var(--surface);font-size:12px;font-weight:600;line-height:18px;
box-sizing:border-box;text-align:center}
.panel{margin-bottom:68px;width:min(400px,100vw - 24px);height:min(640px,60vh,100vh - var(--block) - 80px);
border-radius:16px;overflow:hidden;background:var(--surface);border:1px solid var(--line);
translate:var(--x) var(--y);visibility:hidden;opacity:0;transition:opacity .16s,visibility .16s}
.open{visibility:visible}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;opacity:0}
.card{height:100%;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:8px;padding:24px;
text-align:center;color:var(--soft)}
.card *{font-weight:600;color:var(--text)}
.card b,a{font-size:20px}
.card span{font-weight:400;color:var(--soft)}
.card button{margin-top:12px;padding:12px 18px;border-radius:10px;background:var(--accent);color:var(--ink)}
.x{position:absolute;top:8px;inset-inline-end:8px;width:44px;height:44px;display:grid;place-items:center;color:var(--soft)}
.said{position:fixed;opacity:0;pointer-events:none}
@media (max-width:520px),(max-height:440px){.panel{inset:0!important;margin:0;width:auto;height:auto;border:0;
border-radius:0;translate:none}.full .help{visibility:hidden}}
.folded{height:64px!important;top:auto!important}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:host{display:none!important}}`;

/** Dark or white ink, whichever reads better on a colour (WCAG relative luminance). */
function inkOn(accent: string): string {
  const part = (at: number) => (Number.parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.18 ? "#04211f" : "#fff";
}

/** The rules that change: the accent, and where things stand. */
export function placement(dark: boolean, accent: string | null, [inline, block, x, y]: number[]): string {
  const colour = accent || (dark ? "#45b3a8" : "#0b746d");
  return `.dock{--accent:${colour};--ink:${inkOn(colour)};--inline:${inline}px;--block:${block}px;--x:${x}px;--y:${y}px;
--safe-x:max(env(safe-area-inset-left,0px),env(safe-area-inset-right,0px))}`;
}
