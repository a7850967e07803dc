// Care before sending: what in a text looks like a patient's data, or a secret. It points out; the person decides.
// Own patterns with checksums. Each is anchored by literal words or bounded counts, so that no text makes it slow.

export type FindingKind = "record_number" | "ssn" | "card" | "password" | "name";

export interface Finding {
  kind: FindingKind;
  start: number;
  end: number;
}

/** Find what looks private in `text`, in reading order and without overlaps. */
export function findPrivate(text: string): Finding[] {
  const found = rules.flatMap((rule) => findBy(rule, text));
  // A stronger rule comes first in the table: what it claimed, a weaker one does not claim again.
  const kept: Finding[] = [];
  for (const each of found) if (!kept.some((other) => overlap(each, other))) kept.push(each);
  return kept.sort((one, other) => one.start - other.start);
}

interface Rule {
  kind: FindingKind;
  pattern: RegExp; // group 1 is what is pointed out
  holds?: (found: string) => boolean;
}

const digits = (text: string) => text.replace(/\D/g, "");

const rules: Rule[] = [
  { kind: "card", pattern: /(?<![\d-])(\d(?:[ -]?\d){12,18})(?![\d-])/g, holds: isCard },
  { kind: "ssn", pattern: /(?<![\d-])(\d{3}-\d{2}-\d{4})(?![\d-])/g, holds: isSocialSecurity },
  {
    kind: "ssn",
    pattern: /\b(?:ssn|social security(?: number| no\.?)?)[ \t:#]{1,4}(?:is )?(\d{3}[ -]?\d{2}[ -]?\d{4})(?!\d)/gi,
    holds: isSocialSecurity,
  },
  {
    kind: "password",
    pattern:
      /\b(?:passwords?|passwd|passcode|passphrase|pwd|contraseña|clave)\b[ \t]{0,3}(?:is|es|was|:|=)[ \t]{0,3}["'“]?([^\s"'”]{4,64})/gi,
    holds: isSecret,
  },
  {
    kind: "record_number",
    pattern:
      /(?<![A-Za-z])(?:mrn|m\.r\.n\.|med(?:ical)? rec(?:ord)?|record|chart|patient id|pat(?:ient)? ?(?:no|nr)|nhc|historia cl[ií]nica|expediente)[ \t.:#-]{0,4}(?:number|num|no|nr|id|is|es|número)?[ \t.:#-]{0,4}([A-Z]{0,3}-?\d[\d-]{3,14}\d)(?![A-Za-z\d])/gi,
  },
  {
    kind: "name",
    pattern:
      /(?<![\p{L}])(?:[Pp]t|PT|[Pp]atient|PATIENT|[Pp]aciente|Mr|Mrs|Ms|Miss|Sr|Sra|Señora|Señor)\b\.?[ \t]{0,2}(?:named?\b|is\b|:|,|called\b)?[ \t]{0,2}((?:\p{Lu}[\p{L}'’-]{1,30})(?:[ \t]\p{Lu}\.)?(?:,?[ \t]\p{Lu}[\p{L}'’-]{1,30}){0,2})/gu,
    holds: isName,
  },
  {
    kind: "name",
    pattern:
      /(?<![\p{L}])((?:\p{Lu}[\p{L}'’-]{1,30})(?:,?[ \t]\p{Lu}[\p{L}'’-]{1,30}){1,2})[ \t]?[,(;]{0,2}[ \t]?(?:DOB|dob|D\.O\.B\.|born|F\.?N\.?|nacid[oa])(?![\p{L}])/gu,
    holds: isName,
  },
];

function findBy({ kind, pattern, holds }: Rule, text: string): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(pattern)) {
    const what = match[1] ?? "";
    if (what === "" || (holds && !holds(what))) continue;
    const start = match.index + match[0].lastIndexOf(what);
    found.push({ kind, start, end: start + what.length });
  }
  return found;
}

const overlap = (one: Finding, other: Finding) => one.start < other.end && other.start < one.end;

/** Payment cards: 13 to 19 digits, a known first one, and the Luhn check digit. */
function isCard(found: string): boolean {
  const number = digits(found);
  return /^[2-6]/.test(number) && new Set(number).size > 1 && luhn(number);
}

function luhn(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place++) {
    const digit = Number(number[number.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Areas 000, 666 and 900 to 999 were never given out, nor group 00, nor serial 0000. */
function isSocialSecurity(found: string): boolean {
  const number = digits(found);
  const area = number.slice(0, 3);
  if (area === "000" || area === "666" || area >= "900") return false;
  return number.slice(3, 5) !== "00" && number.slice(5) !== "0000";
}

/** 'Password is wrong' tells no password. */
const notSecret = new Set(
  "wrong incorrect expired expiring invalid locked required missing rejected reset correct right not never still being case old fine okay good good-enough vencida incorrecta caducada".split(
    " ",
  ),
);

function isSecret(found: string): boolean {
  return !notSecret.has(found.replace(/[.,;!?]+$/, "").toLowerCase());
}

/** 'Patient Portal' is nobody's name: words of the trade that are written with a capital. */
const notName = new Set(
  "access account admin appointment appointments banner billing chart charts care data demographics discharge file flow header health history home id identifier in index info information intake is list lists lookup master management medication medications message messages monitor name names not number on or order orders outcome overview page photo portal print profile queue record records registration report reports safety schedule scheduling search service services station summary tab the tracking transfer view was with worklist".split(
    " ",
  ),
);

function isName(found: string): boolean {
  if (!/\p{Ll}/u.test(found) && !found.includes(",")) return false; // 'pt BP' is a reading, 'DOE, JANE' a person
  const words = found.toLowerCase().split(/[,\s]+/);
  return !words.some((word) => notName.has(word));
}
