// The words of callFacts.en.ts in Spanish.
import type { CallFactWords } from "./callFacts.en";

export const callFactsEs: CallFactWords = {
  call: "Llamar",
  requested: (who) => `${who} pidió una llamada`,
  requestedYou: "Usted pidió una llamada",
  accepted: (who) => `${who} contestó la llamada`,
  acceptedCard: (who, card) => `${who} contestó la llamada · ${card}`,
  acceptedYou: "Usted contestó la llamada",
  invited: (who, whom) => `${who} invitó a ${whom} a la llamada`,
  joined: (who) => `${who} se unió a la llamada`,
  left: (who) => `${who} salió de la llamada`,
  leftYou: "Usted salió de la llamada",
  cameraOn: (who) => `${who}: cámara encendida`,
  screenOn: (who) => `${who} está compartiendo la pantalla`,
  mediaOff: (who) => `${who}: cámara y pantalla apagadas`,
  you: "Usted",
  ended: {
    hung_up: "La llamada terminó",
    missed: "Nadie contestó la llamada",
    declined: "La llamada fue rechazada",
    cancelled: "La llamada fue cancelada",
    left_workstation: "La llamada terminó: se dejó el equipo",
    lost: "La llamada terminó: se perdió la conexión",
    no_access: "La llamada terminó: otra persona se ha hecho cargo",
  },
  lasted: (what, time) => `${what} tras ${time}`,
  refused: "No se pudo iniciar la llamada. Inténtelo de nuevo o escriba aquí.",
  refusals: {
    nobody_free: "Nadie está libre para una llamada ahora mismo. Escriba aquí: lo leerá la próxima persona disponible.",
    call_running: "Aquí ya hay una llamada en curso.",
    call_over: "La llamada ha terminado.",
    already_accepted: "Otra persona fue más rápida y ha contestado.",
    switched_off: "Las llamadas están desactivadas aquí. Escriba aquí en su lugar.",
    not_claimed: "Nadie se ha hecho cargo todavía.",
    resolved: "Esta conversación está cerrada. Escriba aquí para abrirla de nuevo y luego llame.",
  },
};
