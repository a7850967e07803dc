// Whether the person has clicked Call in this page's life: what shows a call is then fetched at once. And what a check
// shows in the call's place.
import { signal } from "@preact/signals";
import type { VNode } from "preact";

export const asked = signal(false);
export const checking = signal<VNode | null>(null);
