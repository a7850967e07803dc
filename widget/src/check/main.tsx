// The page /check: for IT staff, without a log-in. Whoever is logged in at the desk has the relays tried whole.
import { render } from "preact";
import type { Ask } from "../browser/ways";
import { CheckList } from "./CheckList";
import { checkWords } from "./said";

let token: Promise<string> | null = null;

const ask: Ask = async (path, body) => {
  token ??= deskToken();
  const known = await token;
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (known) headers.Authorization = `Bearer ${known}`;
  return fetch(path, { method: "POST", credentials: "omit", headers, body: JSON.stringify(body) });
};

/** The token of an agent who is logged in here; '' where nobody is. */
async function deskToken(): Promise<string> {
  if (window.parent !== window) return "";
  try {
    const answer = await fetch("/desk/token", { method: "POST", credentials: "same-origin" });
    return answer.ok ? ((await answer.json()) as { token: string }).token : "";
  } catch {
    return "";
  }
}

const root = document.getElementById("root");
if (root) {
  root.textContent = "";
  render(<CheckList words={checkWords(document.documentElement.lang)} origin={location.origin} ask={ask} />, root);
}
