import { describe, expect, test } from "vitest";
import { findPrivate } from "../../widget/src/core/care";

const found = (text: string) => findPrivate(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

describe("is pointed out", () => {
  test.each([
    ["MRN 00123456 will not open", "record_number", "00123456"],
    ["mrn: 4471-882", "record_number", "4471-882"],
    ["chart no. A1234567", "record_number", "A1234567"],
    ["her ssn is 123-45-6789", "ssn", "123-45-6789"],
    ["SSN: 123456789", "ssn", "123456789"],
    ["card 4111 1111 1111 1111", "card", "4111 1111 1111 1111"],
    ["my password is Summer2026!", "password", "Summer2026!"],
    ["contraseña: abcd1234", "password", "abcd1234"],
    ["pt Jane Doe cannot be discharged", "name", "Jane Doe"],
    ["Patient: Doe, Jane", "name", "Doe, Jane"],
    ["Mrs. O'Neill is waiting", "name", "O'Neill"],
    ["John Smith, DOB 01/02/1960", "name", "John Smith"],
  ])("%s", (text, kind, what) => expect(found(text)).toContainEqual([kind, what]));
});

describe("is left alone", () => {
  test.each([
    "The order ORD-417 will not sign since 24.3",
    "Call me on 555-010-4471",
    "000-12-3456 and 666-12-3456 and 923-45-6789 and 123-00-6789 and 123-45-0000",
    "Invoice 4111 1111 1111 1112",
    "My password is wrong",
    "The password was reset.",
    "Patient Portal is down, Patient List too",
    "The patient is waiting",
    "Correlation id 7f3a9c11-2b",
    "1111 1111 1111 1111",
  ])("%s", (text) => expect(found(text)).toEqual([]));
});

test("no text makes it slow", () => {
  const cruel = ["1 ", "Mr A", "mrn ", "A a ", "password ", "1-", "Aa'", "pt Aa Aa. ", "ssn: 1"].map((part) =>
    part.repeat(Math.ceil(8192 / part.length)),
  );
  findPrivate("warm up");
  const began = performance.now();
  for (const text of cruel) findPrivate(text);
  expect((performance.now() - began) / cruel.length).toBeLessThan(60);
});
