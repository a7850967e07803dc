// What is worn by the cards of a call back comes with their code.
import { useEffect } from "preact/hooks";
import rules from "./phoning.css";

let worn = false;

export function usePhoningStyle(): void {
  useEffect(() => {
    if (worn) return;
    worn = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, []);
}
