import type { SharingWords } from "./sharing.en";

export const sharingEs: SharingWords = {
  pageShared: "Esta página se comparte con",
  stop: "Dejar de compartir",
  pageCovered: "No ven los recuadros grises.",
  veiled: "Ahora no se muestra nada: la página no confirma que los datos de pacientes estén cubiertos.",
  trouble: {
    denied: "La pantalla no se compartió.",
    forbidden: "Esta página no puede compartir su pantalla. La llamada sigue sin ella.",
    missing: "Aquí no hay nada que compartir.",
    busy: "No se pudo compartir la pantalla. Inténtelo de nuevo.",
    lost: "Ya no se comparte.",
    unmasked:
      "No se mostró nada: solo puede mostrarse esta página con los datos de pacientes cubiertos, y la página no lo confirmó.",
    stopped: "La otra parte ha dejado de mirar.",
    off: "Aquí las pantallas están desactivadas. La llamada sigue sin ellas.",
  },
  uncovered:
    "Lo que ha elegido no es esta página: los datos de pacientes no están cubiertos. ¿Mostrarlo de todos modos?",
  showIt: "Mostrarlo",
  showNot: "No mostrarlo",
};
