import type { LookingWords } from "./looking.en";

export const lookingEs: LookingWords = {
  page: "Los datos de pacientes están cubiertos. Pulse en la imagen para señalar.",
  veiled: "Ahora no se muestra nada: su página no confirma que los datos de pacientes estén cubiertos.",
  stopLooking: "Dejar de mirar",
};
