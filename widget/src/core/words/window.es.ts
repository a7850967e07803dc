import type { WindowWords } from "./window.en";

export const windowEs: WindowWords = {
  title: "Llamada",
  onThisPhone: "Su llamada continúa aquí",
  onThisPhoneHint: "Nada se enciende antes de que se una. En su puesto de trabajo la llamada se suelta entonces.",
  join: "Unirse en este teléfono",
  opening: "Un momento…",
  chat: "Chat",
  chatNew: (count: number) => `Chat, ${count} nuevos`,
  hideChat: "Ocultar el chat",
  usedUp: "Este código ya se ha usado o ha caducado",
  usedUpHint: "Pida uno nuevo en Ayuda.",
  unreachable: "No se puede llegar al servidor",
  unreachableHint: "Compruebe la red de este dispositivo e inténtelo de nuevo.",
  tryAgain: "Intentar de nuevo",
  loggedOff: "Se ha cerrado su sesión",
  loggedOffHint: "La llamada ha terminado aquí. Puede cerrar esta página.",
  back: "La llamada ha vuelto a Ayuda",
  backHint: "Puede cerrar esta página.",
  over: "La llamada ha terminado",
  overHint: "Puede seguir escribiendo en Ayuda.",
  close: "Cerrar",
};
