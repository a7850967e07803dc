// Words of looking at somebody's page, for agents.
export const lookingEn = {
  page: "Patient data in it is covered. Press in the picture to point.",
  veiled: "Nothing is shown at the moment: their page does not confirm that patient data is covered.",
  stopLooking: "Stop looking",
};

export type LookingWords = typeof lookingEn;
