import type { PhoningFactWords } from "./phoningFacts.en";

export const phoningFactsEs: PhoningFactWords = {
  phoneMe: "Que le llamemos por teléfono",
  asked: (who) => `${who} pidió que le llamen por teléfono`,
  askedYou: "Pidió que le llamemos por teléfono",
  changed: (who) => `${who} dio otro número de teléfono`,
  changedYou: "Dio otro número de teléfono",
  withdrawn: (who) => `${who} ya no necesita que le llamen`,
  withdrawnYou: "Ya no necesita que le llamemos",
  you: {
    reached: (who) => `${who} habló con usted por teléfono`,
    no_answer: (who) => `${who} le llamó por teléfono: no hubo respuesta`,
    busy: (who) => `${who} le llamó por teléfono: la línea comunicaba`,
    wrong_number: (who) => `${who} llamó y contestó otra persona: el número no es correcto`,
  },
  them: {
    reached: (who) => `${who} llamó por teléfono y habló con la persona`,
    no_answer: (who) => `${who} llamó por teléfono: no hubo respuesta`,
    busy: (who) => `${who} llamó por teléfono: comunicaba`,
    wrong_number: (who) => `${who} llamó por teléfono: número equivocado`,
  },
  agentYou: "Usted",
};
