// One name for this browser, kept on it: it tells the server which device has received what, nothing about a person.
const place = "curbside.desk.device";

function made(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The device's id: 128 random bits in base64url; a new one for each page where nothing can be kept. */
export function deviceId(): string {
  try {
    const kept = localStorage.getItem(place);
    if (kept && /^[\w-]{22}$/.test(kept)) return kept;
    const fresh = made();
    localStorage.setItem(place, fresh);
    return fresh;
  } catch {
    return made();
  }
}
