// Where unsent text lies: each text in a place of its own, so that one can never become the other.

/** The correction of one's own message; it goes when the message goes. */
export const correctionPlace = (conversation: string, key: string) => `${conversation}:edit:${key}`;

/** What somebody says beside a rating that they have not sent. */
export const ratingPlace = (conversation: string) => `${conversation}:rating`;

/** True for the draft of a conversation's composer, false for those of other places. */
export const isComposed = (place: string) => !place.includes(":");
