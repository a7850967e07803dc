// What the agent is looking at, as one value; every change of it is an event here and nowhere else.
import type { ConversationRow } from "../../core/frames";
import type { DeskWords } from "../../core/words/desk.en";

/** What can be taken back or redacted, as the words of the desk name it. */
export type Written = keyof DeskWords["redactTitle"];
export type Mode = "message" | "note";
export type Dialog =
  | { kind: "hand_off"; to?: string } // an agent who is chosen already
  | { kind: "invite" }
  | { kind: "wait" }
  | { kind: "redact"; target: string; what: Written }
  | { kind: "open" }
  | { kind: "keys" };

export interface Notice {
  id: string;
  text: string;
  bad: boolean;
  undo: (() => void) | null;
}

export interface View {
  list: string;
  chosen: string | null;
  /** Where the chosen row stood in the list when it was chosen: "next" after it has left starts there. */
  place: number;
  /** What was known of the chosen conversation when it was chosen: shown until its timeline is there. */
  row: ConversationRow | null;
  dialog: Dialog | null;
  bar: "closed" | "commands" | "search";
  lists: boolean;
  details: boolean;
  modes: Record<string, Mode>;
  notices: Notice[];
  /** Messages that vanish in a moment, unless the person takes it back. */
  leaving: readonly string[];
  /** Asks a part to take the focus; the count makes asking twice two events. */
  focus: { part: "composer" | "list" | "talk" | "none"; count: number };
}

export type ViewEvent =
  | { kind: "list"; list: string }
  | { kind: "choose"; conversation: string; row: ConversationRow | null; place: number }
  | { kind: "place"; place: number; row: ConversationRow }
  | { kind: "back" }
  | { kind: "dialog"; dialog: Dialog | null }
  | { kind: "bar"; bar: View["bar"] }
  | { kind: "lists"; open: boolean }
  | { kind: "details"; open: boolean }
  | { kind: "mode"; conversation: string; mode: Mode }
  | { kind: "notice"; notice: Notice }
  | { kind: "dismiss"; id: string }
  | { kind: "leaving"; key: string; on: boolean }
  | { kind: "focus"; part: View["focus"]["part"] };

export const firstView: View = {
  list: "waiting",
  chosen: null,
  place: 0,
  row: null,
  dialog: null,
  bar: "closed",
  lists: false,
  details: false,
  modes: {},
  notices: [],
  leaving: [],
  focus: { part: "none", count: 0 },
};

const mostNotices = 3;

/** The view after an event. */
export function reduceView(view: View, event: ViewEvent): View {
  switch (event.kind) {
    case "list":
      return { ...view, list: event.list, lists: false, place: 0 };
    case "choose":
      return { ...view, chosen: event.conversation, row: event.row, place: event.place, bar: "closed", lists: false };
    case "place":
      return { ...view, place: event.place, row: event.row };
    case "back":
      return { ...view, chosen: null, row: null, details: false };
    case "dialog":
      return { ...view, dialog: event.dialog, bar: "closed" };
    case "bar":
      return { ...view, bar: event.bar, lists: false };
    case "lists":
      return { ...view, lists: event.open };
    case "details":
      return { ...view, details: event.open };
    case "mode":
      return { ...view, modes: { ...view.modes, [event.conversation]: event.mode } };
    case "notice":
      return {
        ...view,
        notices: [...view.notices.filter(({ id }) => id !== event.notice.id), event.notice].slice(-mostNotices),
      };
    case "dismiss":
      return { ...view, notices: view.notices.filter(({ id }) => id !== event.id) };
    case "leaving":
      return {
        ...view,
        leaving: event.on ? [...view.leaving, event.key] : view.leaving.filter((key) => key !== event.key),
      };
    case "focus":
      return { ...view, focus: { part: event.part, count: view.focus.count + 1 } };
  }
}
