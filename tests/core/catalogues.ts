// Catalogues of words, as a test reads them.

/** Every sentence of a catalogue by its name, also those of its parts; a sentence with places has 7 and 8 in them. */
export function sentences(catalogue: object): [string, string][] {
  return Object.entries(catalogue).flatMap(([name, value]): [string, string][] => {
    if (typeof value === "string") return [[name, value]];
    if (typeof value === "function") return [[name, String(value("7", "8"))]];
    return sentences(value).map(([inner, text]) => [`${name}.${inner}`, text]);
  });
}
