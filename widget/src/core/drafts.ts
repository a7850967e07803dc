// Where unsent text lies: each text in a place of its own, so that one can never become the other.

/** The correction of one's own message; it goes when the message goes. */
export const correctionPlace = (conversation: string, key: string) => `${conversation}:edit:${key}`;
