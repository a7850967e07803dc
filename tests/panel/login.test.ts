import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { FromPanel } from "../../widget/src/core/bridge";
import { Login, NotIdentified } from "../../widget/src/panel/login";

interface Asked {
  challenge: string;
  body: Record<string, string>;
}

/** A login whose host and server are in the test's hands. */
function begin(answer: () => Response, patience = 10_000) {
  const asked: Asked[] = [];
  const challenges: string[] = [];
  const login: Login = new Login({
    tenant: "northwind",
    device: "d",
    patience,
    tell: (message: FromPanel) => {
      if (message.type === "need_token") challenges.push(message.challenge);
    },
    fetch: async (_url, init) => {
      asked.push({ challenge: challenges[challenges.length - 1] ?? "", body: JSON.parse(String(init?.body)) });
      return answer();
    },
  });
  return { login, asked, challenges };
}

const yes = () => Response.json({ token: "t", expires_in: 900, contact: { id: "dana" } });
/** Until the host has been asked once more: the hash takes as long as it takes. */
const asked = async (challenges: string[], times = 1) => {
  while (challenges.length < times) await new Promise((done) => setTimeout(done, 2));
};

describe("from the EHR's word to a token", () => {
  test("the challenge is the hash of a verifier that only the server gets", async () => {
    const { login, asked: questions, challenges } = begin(yes);
    const identified = login.identify();
    await asked(challenges);
    login.heard({ type: "identity", challenge: challenges[0] as string, jwt: "jwt" });
    expect((await identified).token).toBe("t");
    const verifier = Buffer.from(questions[0]?.body.verifier as string, "base64url");
    expect(verifier).toHaveLength(32);
    expect(createHash("sha256").update(verifier).digest("base64url")).toBe(challenges[0]);
  });

  test("an answer to another question is ignored", async () => {
    const { login, asked: questions, challenges } = begin(yes, 60);
    const identified = login.identify();
    await asked(challenges);
    login.heard({ type: "identity", challenge: "x".repeat(43), jwt: "jwt" });
    await expect(identified).rejects.toMatchObject({ code: "timeout", final: false });
    expect(questions).toEqual([]);
  });

  test("two who ask at once share one answer", async () => {
    const { login, challenges } = begin(yes);
    const both = [login.identify(), login.identify()];
    await asked(challenges);
    expect(challenges).toHaveLength(1);
    login.heard({ type: "identity", challenge: challenges[0] as string, jwt: "jwt" });
    await Promise.all(both);
  });

  test("nobody signed in is final; a refusal by the server is, unless it says try again", async () => {
    const { login, challenges } = begin(yes);
    const identified = login.identify();
    await asked(challenges);
    login.heard({ type: "no_identity", why: "unsigned" });
    await expect(identified).rejects.toMatchObject({ code: "unsigned", final: true });
    for (const retry of [true, false]) {
      const refusing = begin(() => Response.json({ error: { code: "bad_token", retry } }, { status: 401 }));
      const refused = refusing.login.identify();
      await asked(refusing.challenges);
      refusing.login.heard({ type: "identity", challenge: refusing.challenges[0] as string, jwt: "jwt" });
      await expect(refused).rejects.toMatchObject({ code: "bad_token", final: !retry });
    }
  });

  test("a server that asks for patience says how much", async () => {
    const { login, challenges } = begin(() =>
      Response.json({ error: { code: "busy", retry: true, after_ms: 2000 } }, { status: 503 }),
    );
    const refused = login.identify();
    await asked(challenges);
    login.heard({ type: "identity", challenge: challenges[0] as string, jwt: "jwt" });
    await expect(refused).rejects.toMatchObject({ code: "busy", final: false, afterMs: 2000 });
  });

  test("each question has a verifier of its own", async () => {
    const { login, challenges } = begin(yes);
    for (const time of [1, 2]) {
      const identified = login.identify();
      await asked(challenges, time);
      login.heard({ type: "identity", challenge: challenges[challenges.length - 1] as string, jwt: "jwt" });
      await identified;
    }
    expect(new Set(challenges).size).toBe(2);
    expect(new NotIdentified("x", true).message).toBe("x");
  });
});
