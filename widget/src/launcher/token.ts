import type { FromHost } from "../core/bridge";
import { later } from "./natives";

export type Token = (nonce: string) => string | PromiseLike<string>;
const PATIENCE = 10000;

/** Ask the page for a token; answers exactly once, whatever the page does. */
export function askForToken(token: Token | undefined, challenge: string, post: (message: FromHost) => void): void {
  let answered = false;
  const answer = (message: FromHost) => {
    if (!answered) post(message);
    answered = true;
  };
  const refuse = (why: "failed" | "timeout" | "unsigned") => answer({ type: "no_identity", why });
  const give = (jwt: unknown) =>
    typeof jwt === "string" && jwt ? answer({ type: "identity", challenge, jwt }) : refuse("failed");
  if (!token) return refuse("unsigned");
  later(() => refuse("timeout"), PATIENCE);
  try {
    const given = token(challenge) as PromiseLike<string>;
    given?.then ? given.then(give, give.bind(null, 0)) : give(given);
  } catch {
    refuse("failed");
  }
}
