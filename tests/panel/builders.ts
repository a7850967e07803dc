// The gallery's builders are the tests' builders: one set of nouns for the panel.
export * from "../browser/gallery/nouns";
