import type { FromHost } from "../core/bridge";

export type Token = (nonce: string) => string | PromiseLike<string>;

/** Ask the page for a token, and pass on what it gives: a token, or why there is none. */
export function askForToken(token: Token | undefined, challenge: string, post: (message: FromHost) => void): void {
  const refuse = (why: "failed" | "unsigned") => post({ type: "no_identity", why });
  const failed = () => refuse("failed");
  const give = (jwt: unknown) =>
    jwt && typeof jwt === "string" ? post({ type: "identity", challenge, jwt }) : failed();
  if (token)
    try {
      const given = token(challenge) as PromiseLike<string>;
      given?.then ? given.then(give, failed) : give(given);
    } catch {
      failed();
    }
  else refuse("unsigned");
}
