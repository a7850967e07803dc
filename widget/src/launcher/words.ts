// The launcher's few words. The panel brings its own catalogues.
const en = {
  help: "Help",
  close: "Close help",
  one: "1 new message",
  many: "# new messages",
  opening: "Opening help…",
  sorry: "Help is not answering",
  why: "Your work is not affected.",
  phone: "You can reach us by phone:",
  again: "Try again",
};

const es: typeof en = {
  help: "Ayuda",
  close: "Cerrar ayuda",
  one: "1 mensaje nuevo",
  many: "# mensajes nuevos",
  opening: "Abriendo la ayuda…",
  sorry: "La ayuda no responde",
  why: "Su trabajo no se ve afectado.",
  phone: "Puede llamarnos por teléfono:",
  again: "Intentar de nuevo",
};

export type Words = typeof en;

/** The words of a locale, English where we have none. */
export const wordsOf = (locale: string): Words => (/^es\b/i.test(locale) ? es : en);

/** '3 new messages'. */
export const newMessages = (words: Words, count: number): string =>
  count === 1 ? words.one : words.many.replace("#", `${count}`);
