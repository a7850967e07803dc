// What timelines say of calls, and what is needed before a call's own code is there. For panel and desk.
export const callFactsEn = {
  call: "Call",
  requested: (who: string) => `${who} asked for a call`,
  requestedYou: "You asked for a call",
  accepted: (who: string) => `${who} answered the call`,
  acceptedCard: (who: string, card: string) => `${who} answered the call · ${card}`,
  acceptedYou: "You answered the call",
  invited: (who: string, whom: string) => `${who} asked ${whom} to join the call`,
  joined: (who: string) => `${who} joined the call`,
  left: (who: string) => `${who} left the call`,
  leftYou: "You left the call",
  cameraOn: (who: string) => `${who}: camera on`,
  screenOn: (who: string) => `${who} is sharing the screen`,
  mediaOff: (who: string) => `${who}: camera and screen off`,
  you: "You",
  ended: {
    hung_up: "The call ended",
    missed: "The call was not answered",
    declined: "The call was declined",
    cancelled: "The call was cancelled",
    left_workstation: "The call ended: the workstation was left",
    lost: "The call ended: the connection was lost",
    no_access: "The call ended: somebody else has taken over",
  } as Record<string, string>,
  lasted: (what: string, time: string) => `${what} after ${time}`,
  refused: "The call could not be started. Try again, or write here.",
  refusals: {
    nobody_free: "Nobody is free for a call just now. Write here: whoever is free next reads it.",
    call_running: "A call is running here already.",
    call_over: "The call is over.",
    already_accepted: "Somebody else was quicker and has answered.",
    switched_off: "Calls are switched off here. Write here instead.",
    not_claimed: "Nobody has claimed this yet.",
    resolved: "This conversation is closed. Write here to open it again, then call.",
  } as Record<string, string>,
};

export type CallFactWords = typeof callFactsEn;
