// The icons of the panel's first picture, apart from the many that come with what is shown later. Lucide, as icons.tsx.
import type { VNode } from "preact";

export type IconComponent = (props: { size?: number; class?: string }) => VNode;

/** Draw one icon. It is always beside a word or inside a named control, so it is hidden from screen readers. */
export function icon(...paths: string[]): IconComponent {
  return ({ size = 20, class: extra = "" }) => (
    <svg class={`svg ${extra}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {paths.map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}

export const Send = /* @__PURE__ */ icon("m5 12 7-7 7 7", "M12 19V5");
export const Clip = /* @__PURE__ */ icon(
  "m16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551",
);
export const Smile = /* @__PURE__ */ icon(
  "M15 10V9",
  "M16.472 15a6 6 0 01-8.943 0",
  "M9 10V9",
  "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0",
);
export const Close = /* @__PURE__ */ icon("M18 6 6 18", "m6 6 12 12");
export const Fold = /* @__PURE__ */ icon("M5 12h14");
export const Alert = /* @__PURE__ */ icon(
  "m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3",
  "M12 9v4",
  "M12 17h.01",
);
export const Down = /* @__PURE__ */ icon("m6 9 6 6 6-6");
export const Back = /* @__PURE__ */ icon("m15 18-6-6 6-6");
export const FileIcon = /* @__PURE__ */ icon(
  "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z",
  "M14 2v5a1 1 0 0 0 1 1h5",
);
export const Speech = /* @__PURE__ */ icon(
  "M22 17a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 21.286V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2z",
);
