// The launcher's few words: Help, Close, new messages, and what the card says. The panel brings its own catalogues.
const en = ["Help", "Close", "new messages", "Help is not answering", "Please phone:", "Try again"];
const es: typeof en = ["Ayuda", "Cerrar", "mensajes nuevos", "La ayuda no responde", "Llame al:", "Reintentar"];

/** The words of a locale, English where we have none. */
export const wordsOf = (locale: string): string[] => (/^es\b/i.test(locale) ? es : en);
