// Whether the person has clicked Call in this page's life: what shows a call is then fetched at once.
import { signal } from "@preact/signals";

export const asked = signal(false);
