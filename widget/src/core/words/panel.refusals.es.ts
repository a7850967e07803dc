import { refusalsEs } from "./refusals.es";

export const panelRefusalsEs: Record<string, string> = {
  ...refusalsEs,
  too_fast: "Demasiados mensajes a la vez. Espere un momento.",
  too_large: "Es demasiado largo. Envíelo por partes.",
  switched_off: "Esto está desactivado ahora.",
  forbidden: "No puede escribir aquí.",
  too_late: "Ya no se puede cambiar: ha pasado un minuto.",
  too_many_open: "Ya tiene muchas conversaciones abiertas. Siga en una de ellas, por favor.",
  not_found: "Esta conversación ya no está.",
  bad_file: "Un archivo ya no está, o es de un tipo que no aceptamos. Adjunte otro.",
  ended: "Ha salido. Inicie sesión en la HCE e inténtelo de nuevo.",
  expired: "La HCE no ha confirmado quién es desde hace un rato. Vuelva a iniciar sesión.",
  bad_token: "La HCE no ha confirmado quién es. Vuelva a iniciar sesión.",
  resolved: "Está marcada como resuelta. Escriba un mensaje y se abrirá de nuevo.",
};
