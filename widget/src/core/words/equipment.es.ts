import type { EquipmentWords } from "./equipment.en";

export const equipmentEs: EquipmentWords = {
  equipmentOf: (who: string) => `Equipo de ${who}`,
  equipmentYou: "Su equipo",
  untested: "sin probar",
  equipment: {
    microphone: {
      works: "el micrófono funciona",
      ready: "micrófono permitido, aún sin oírse",
      silent: "el micrófono está silenciado",
      denied: "micrófono bloqueado en el navegador (icono junto a la dirección)",
      system: "micrófono bloqueado por el sistema operativo",
      forbidden: "la página de la historia clínica prohíbe el micrófono (asunto de informática)",
      missing: "sin micrófono",
      busy: "otro programa usa el micrófono",
    },
    camera: {
      works: "la cámara funciona",
      ready: "hay cámara, sin probar",
      dark: "cámara oscura o tapada",
      denied: "cámara bloqueada en el navegador",
      system: "cámara bloqueada por el sistema operativo",
      forbidden: "la página de la historia clínica prohíbe la cámara",
      missing: "sin cámara",
      busy: "otro programa usa la cámara",
    },
    line: { stream: "sin WebSocket, por HTTPS" },
    relay: {
      udp: "relé por UDP",
      tcp: "UDP bloqueado, relé por TCP",
      tls: "relé solo por TLS",
      none: "no se llega al relé",
    },
    echo: { works: "el eco volvió", failed: "sin eco del servidor" },
  },
};
