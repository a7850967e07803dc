import type { PhoningDeskWords } from "./phoningDesk.en";

export const phoningDeskEs: PhoningDeskWords = {
  tag: "Teléfono",
  title: (name) => `${name} pide que le llamen por teléfono`,
  wrongTitle: (name) => `Se le pide otro número a ${name}`,
  since: (time) => `Lo pidió a las ${time}`,
  dial: (number) => `Llamar al ${number}`,
  copy: "Copiar el número",
  copied: "Número copiado",
  tries: (n, last) => (n === 1 ? last : `${n} intentos; el último: ${last}`),
  attempt: "¿Qué resultó?",
  outcomes: {
    reached: "Contestó",
    no_answer: "Sin respuesta",
    busy: "Comunicaba",
    wrong_number: "Número equivocado",
  },
  note: "Nota para el equipo, si hay algo que saber",
  claimFirst: "Tómela para anotar qué resultó.",
  done: "Contestó: la llamada pedida está hecha",
  tried: "Intento anotado",
};
