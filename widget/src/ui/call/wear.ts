// The call's rules come with its code: nothing of them weighs before.
import rules from "./call.css";

let worn = false;

export function wearCall(): void {
  if (worn) return;
  worn = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
