import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../parts/Dialog";
import { useWorld } from "../world";
import { Foot } from "./Field";
import { type Option, Picker } from "./Picker";

interface Props {
  title: string;
  find: string;
  options: Option[];
  none: string;
  missing: string; // said where nobody was chosen
  query: string;
  onQuery(query: string): void;
  first?: Option | null;
  complete?: boolean; // besides somebody who is chosen
  label: string;
  /** Do it; true: it is done, and the dialog goes. */
  send(to: Option): Promise<boolean>;
  children: (tried: boolean) => ComponentChildren;
}

/** A dialog that is about somebody: found by typing, then the rest. What is missing is said once one has tried. */
export function PickForm(props: Props): VNode {
  const { dispatch } = useWorld();
  const [to, setTo] = useState<Option | null>(props.first ?? null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const close = () => dispatch({ kind: "dialog", dialog: null });
  const submit = async () => {
    setTried(true);
    if (busy || !to || props.complete === false) return;
    setBusy(true);
    const done = await props.send(to);
    setBusy(false);
    if (done) close();
  };
  return (
    <Dialog title={props.title} onClose={close}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Picker
          label={props.find}
          options={props.options}
          query={props.query}
          onQuery={props.onQuery}
          chosen={to}
          onChoose={setTo}
          none={props.none}
          problem={tried && !to ? props.missing : null}
        />
        {props.children(tried)}
        <Foot label={props.label} busy={busy} />
      </form>
    </Dialog>
  );
}
