// What timelines say of a call back, to the contact (`you`) and to agents (`them`).
export const phoningFactsEn = {
  phoneMe: "Have us phone you",
  asked: (who: string) => `${who} asked to be phoned`,
  askedYou: "You asked to be phoned",
  changed: (who: string) => `${who} gave another number to be phoned on`,
  changedYou: "You gave another number to be phoned on",
  withdrawn: (who: string) => `${who} does not need to be phoned any more`,
  withdrawnYou: "You do not need to be phoned any more",
  you: {
    reached: (who: string) => `${who} reached you by phone`,
    no_answer: (who: string) => `${who} tried to phone you: no answer`,
    busy: (who: string) => `${who} tried to phone you: the line was busy`,
    wrong_number: (who: string) => `${who} phoned and reached somebody else: the number is not right`,
  } as Record<string, (who: string) => string>,
  them: {
    reached: (who: string) => `${who} reached them by phone`,
    no_answer: (who: string) => `${who} tried to phone: no answer`,
    busy: (who: string) => `${who} tried to phone: busy`,
    wrong_number: (who: string) => `${who} tried to phone: wrong number`,
  } as Record<string, (who: string) => string>,
  agentYou: "You",
};

export type PhoningFactWords = typeof phoningFactsEn;
