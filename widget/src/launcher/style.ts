// One adopted stylesheet. `all: initial` and !important on :host win over whatever the page says of our element,
// because for important rules the inner tree comes first. What changes (colours, place) is a second, tiny sheet.
export const STYLE = `
:host{all:initial!important;display:block!important;position:fixed!important;inset:auto!important;inset-block-end:0!important;
width:0!important;height:0!important;overflow:visible!important;z-index:2147483647!important;color-scheme:light!important}
.dock{--surface:#fff;--text:#14202b;--soft:#475869;--line:#dfe6ec;--red:#b8281e;--on-red:#fff;
--float:0 1px 2px rgb(16 26 35/.08),0 12px 32px -8px rgb(16 26 35/.28);
font:400 15px/1.45 system-ui,"Segoe UI",Roboto,sans-serif;color:var(--text);text-align:start;-webkit-font-smoothing:antialiased}
.dark{--surface:#101a23;--text:#e7edf2;--soft:#a8b7c4;--line:#25333f;--red:#f59a90;--on-red:#37191a;
--float:0 1px 2px rgb(0 0 0/.4),0 16px 40px -8px rgb(0 0 0/.6);color-scheme:dark}
*{box-sizing:border-box;margin:0}
[hidden]{display:none!important}
button{all:unset;box-sizing:border-box;cursor:pointer;font:inherit}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;box-shadow:0 0 0 2px var(--surface)}
svg{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.help,.panel{position:fixed;inset-inline-end:calc(var(--inline) + env(safe-area-inset-right,0px))}
.start .help,.start .panel{inset-inline:calc(var(--inline) + env(safe-area-inset-left,0px)) auto}
.help{bottom:calc(var(--block) + env(safe-area-inset-bottom,0px));width:56px;height:56px;border-radius:50%;display:grid;
place-items:center;background:var(--accent);color:var(--on-accent);box-shadow:var(--float);border:1px solid transparent}
.help svg{width:26px;height:26px}
.word{position:absolute;inset-inline-end:64px;padding:6px 12px;border-radius:8px;background:var(--text);color:var(--surface);
font-size:14px;font-weight:550;white-space:nowrap;opacity:0;pointer-events:none;transition:opacity .14s ease-out}
.start .word{inset-inline:64px auto}
.help:hover .word,.help:focus-visible .word{opacity:1}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;height:22px;padding:0 5px;border-radius:11px;
background:var(--red);color:var(--on-red);border:2px solid var(--surface);font-size:12px;font-weight:600;line-height:18px;
text-align:center;font-variant-numeric:tabular-nums}
.panel{bottom:calc(var(--block) + 68px + env(safe-area-inset-bottom,0px));width:min(400px,100vw - 24px);
height:min(640px,60vh,100vh - var(--block) - 80px);border-radius:16px;overflow:hidden;background:var(--surface);
border:1px solid var(--line);box-shadow:var(--float);translate:var(--x) var(--y);visibility:hidden;opacity:0;
transition:opacity .16s ease-out,visibility .16s}
.open{visibility:visible;opacity:1}
.folded{height:64px}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;opacity:0;color-scheme:auto}
.ready iframe{opacity:1}
.card{height:100%;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:8px;padding:24px;
text-align:center;color:var(--soft);overflow:auto}
.card b{font-size:17px;font-weight:600;color:var(--text)}
.card a{font-size:24px;font-weight:600;color:var(--text);font-variant-numeric:tabular-nums}
.card button{margin-top:12px;min-height:44px;padding:10px 18px;border-radius:10px;background:var(--accent);
color:var(--on-accent);font-weight:550}
.ready .card{display:none}
.x{position:absolute;top:8px;inset-inline-end:8px;width:44px;height:44px;display:grid;place-items:center;color:var(--soft)}
.ready .x{display:none}
.x svg{width:20px;height:20px}
.said{position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:520px),(max-height:440px){.panel{inset:0!important;width:100%;height:100%;border:0;border-radius:0;translate:none}
.folded{inset:auto 0 0 0!important;height:64px}.full .help{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:host{display:none!important}}
`;

/** Black or white, whichever reads better on a colour (WCAG relative luminance). */
function inkOn(accent: string): string {
  const part = (at: number) => (Number.parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.18 ? "#04211f" : "#fff";
}

/** The rules that change: the accent, and where things stand. */
export function placement(dark: boolean, accent: string | null, place: number[]): string {
  const colour = accent || (dark ? "#45b3a8" : "#0b746d");
  const [inline, block, x, y] = place;
  return `.dock{--accent:${colour};--on-accent:${inkOn(colour)};--inline:${inline}px;--block:${block}px;--x:${x}px;--y:${y}px}`;
}
