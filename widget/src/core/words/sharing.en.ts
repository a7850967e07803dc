// Words of showing one's page in a call: they come with the first share.
export const sharingEn = {
  pageShared: "Sharing this page with",
  stop: "Stop sharing",
  pageCovered: "Grey boxes are not seen by them.",
  veiled: "Nothing is shown at the moment: the page does not confirm that patient data is covered.",
  trouble: {
    denied: "The screen was not shared.",
    forbidden: "This page may not share its screen. The call goes on without it.",
    missing: "There is nothing to share here.",
    busy: "The screen could not be shared. Try again.",
    lost: "Sharing has stopped.",
    unmasked: "Nothing was shown: only this page can be, with patient data covered, and the page did not confirm that.",
    stopped: "The other side has stopped looking.",
    off: "Screens are switched off here. The call goes on without.",
  },
  uncovered: "What you chose is not this page: patient data in it is not covered. Show it all the same?",
  showIt: "Show it",
  showNot: "Do not show it",
};

export type SharingWords = typeof sharingEn;
