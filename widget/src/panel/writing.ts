// What is special about what is being written: an answer to a message, or a correction of one's own.

export interface Writing {
  quote: string | null; // the key of the message that is answered
  editing: { key: string; text: string } | null;
}

export const nothingSpecial: Writing = { quote: null, editing: null };
