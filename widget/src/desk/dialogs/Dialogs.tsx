import type { VNode } from "preact";
import { useWorld } from "../world";
import { HandOff } from "./HandOff";
import { Invite } from "./Invite";
import { KeyOverview } from "./KeyOverview";
import { OpenFor } from "./OpenFor";
import { Redact } from "./Redact";
import { Wait } from "./Wait";

/** Whichever dialog is open. */
export function Dialogs(): VNode | null {
  const { view, talk } = useWorld();
  const dialog = view.value.dialog;
  if (dialog === null) return null;
  if (dialog.kind === "keys") return <KeyOverview />;
  if (dialog.kind === "open") return <OpenFor />;
  if (dialog.kind === "invite") return <Invite />;
  if (!talk.value) return null;
  if (dialog.kind === "hand_off") return <HandOff talk={talk.value} to={dialog.to} />;
  if (dialog.kind === "wait") return <Wait talk={talk.value} />;
  return <Redact talk={talk.value} target={dialog.target} what={dialog.what} />;
}
