import { expect, test } from "vitest";
import { panelEn } from "../../widget/src/core/words/panel.en";
import { uiEn } from "../../widget/src/core/words/ui.en";
import { fetchWords, wordsFor } from "../../widget/src/panel/words";
import { initials, tone } from "../../widget/src/ui/Face";
import { sentences } from "../core/catalogues";

await fetchWords("es-MX");

test.each(["panel", "ui"] as const)("%s: Spanish has every word that English has, and says it in Spanish", (part) => {
  const [english, spanish] = [wordsFor("en")[part], wordsFor("es-MX")[part]];
  const own = new Map(sentences(spanish));
  const same = [...sentences(english)].filter(([name, text]) => own.get(name) === text);
  expect([...own.keys()]).toEqual(sentences(english).map(([name]) => name));
  for (const [name, text] of own) expect(text.trim(), name).not.toBe("");
  // Words that are the same in both languages, known one by one.
  const known = ["field.error", "place", "said", "secondsShort", "minutesShort", "emoji", "no"];
  expect(same.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
});

test("what is not translated is English", () => {
  expect(wordsFor("tlh").panel).toBe(panelEn);
  expect(wordsFor("").ui).toBe(uiEn);
  expect(wordsFor("constructor").ui).toBe(uiEn);
});

test("a face has the first and the last initial, in any script", () => {
  expect(
    ["Katrin Lindqvist", "madonna", "José María de la Cruz", "李 小龍", "", "👩‍⚕️"].map(initials).slice(0, 4),
  ).toEqual(["KL", "M", "JC", "李小"]);
  expect(initials("Dr. Ravi Menon")).toBe("RM");
  expect(initials("")).toBe("?");
  expect([tone("Katrin"), tone("Katrin")]).toEqual([tone("Katrin"), tone("Katrin")]);
});
