// The check's rules come with its code, on its page and in the panel.
import rules from "./check.css";

let worn = false;

export function wearCheck(): void {
  if (worn) return;
  worn = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
