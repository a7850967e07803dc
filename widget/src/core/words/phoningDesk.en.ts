// Words of a call back at the desk.
export const phoningDeskEn = {
  tag: "Phone",
  title: (name: string) => `${name} asks to be phoned`,
  wrongTitle: (name: string) => `${name} is asked for another number`,
  since: (time: string) => `Asked at ${time}`,
  dial: (number: string) => `Phone ${number}`,
  copy: "Copy the number",
  copied: "Number copied",
  tries: (n: number, last: string) => (n === 1 ? last : `${n} attempts, the last: ${last}`),
  attempt: "What came of it?",
  outcomes: {
    reached: "Reached",
    no_answer: "No answer",
    busy: "Busy",
    wrong_number: "Wrong number",
  },
  note: "Note for colleagues, if there is something to know",
  claimFirst: "Claim it to write down what came of it.",
  done: "Reached: the call back is done",
  tried: "Attempt written down",
};

export type PhoningDeskWords = typeof phoningDeskEn;
