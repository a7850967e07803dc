// Why the panel could not do something, where that reads otherwise to a contact than to an agent (refusals.en.ts).
import { refusalsEn } from "./refusals.en";

export const panelRefusalsEn: Record<string, string> = {
  ...refusalsEn,
  too_fast: "Too many messages at once. Wait a moment.",
  too_large: "It is too long. Please send it in parts.",
  switched_off: "This is switched off right now.",
  forbidden: "You may not write here.",
  too_late: "It is too late to change this: a minute has passed.",
  too_many_open: "You have many open conversations already. Please go on in one of them.",
  not_found: "This conversation is not there any more.",
  bad_file: "A file is not there any more, or of a kind that we do not accept. Please attach another.",
  ended: "You are signed out. Sign in to the EHR and try again.",
  expired: "The EHR has not confirmed for a while who you are. Sign in again.",
  bad_token: "The EHR has not confirmed who you are. Sign in again.",
  resolved: "This is marked as resolved. Write a message, and it opens again.",
};
