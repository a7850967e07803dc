// Words of the call's own window, and of the same page on a phone.
export const windowEn = {
  title: "Call",
  shareOn: "Share a screen",
  onThisPhone: "Your call goes on here",
  onThisPhoneHint: "Nothing is switched on before you join. At your workstation the call is then let go.",
  join: "Join on this phone",
  joinHere: "Join here",
  onlyIfAsked: "Join only if you have just asked for this window. Nothing is switched on before you do.",
  opening: "One moment…",
  chat: "Chat",
  chatNew: (count: number) => `Chat, ${count} new`,
  hideChat: "Hide chat",
  usedUp: "This code has been used, or it has run out",
  usedUpHint: "Ask for a new one in Help.",
  unreachable: "The server cannot be reached",
  unreachableHint: "Check the network of this device, then try again.",
  tryAgain: "Try again",
  loggedOff: "You have been logged off",
  loggedOffHint: "The call has ended here. You can close this page.",
  back: "The call is back in Help",
  backHint: "You can close this page.",
  over: "The call has ended",
  overHint: "You can go on writing in Help.",
  close: "Close",
};

export type WindowWords = typeof windowEn;
