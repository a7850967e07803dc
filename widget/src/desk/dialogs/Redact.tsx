import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Talk } from "../model/talk";
import type { Written } from "../model/view";
import { Dialog } from "../parts/Dialog";
import { useWorld } from "../world";
import { Area, Foot } from "./Field";

/** Take what somebody wrote, text and files, out of everywhere, for a reason that is kept. */
export function Redact({ talk, target, what }: { talk: Talk; target: string; what: Written }): VNode {
  const { words, acts, dispatch } = useWorld();
  const [why, setWhy] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const close = () => dispatch({ kind: "dialog", dialog: null });
  const submit = async () => {
    setTried(true);
    if (busy || why.trim() === "") return;
    setBusy(true);
    const ok = await acts.redact(talk.conversation, target, why.trim());
    setBusy(false);
    if (ok) close();
  };
  return (
    <Dialog title={words.redactTitle[what]} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{words.redactText}</p>
        <Area
          first
          label={words.redactWhy}
          hint={words.redactWhyHint}
          value={why}
          problem={tried && why.trim() === "" ? words.redactMissing : null}
          onValue={setWhy}
        />
        <Foot label={words.redact} busy={busy} danger />
      </form>
    </Dialog>
  );
}
