import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";
import { Button } from "../../ui/Button";
import { Keys } from "../parts/Keys";
import { useWorld } from "../world";

interface FieldProps {
  label: string;
  hint?: string;
  problem?: string | null;
  children(id: string, described: string | undefined): ComponentChildren;
}

/** A named field with its hint and, when it must be mended, what is wrong with it. */
export function Field({ label, hint, problem, children }: FieldProps): VNode {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", problem ? `${id}-problem` : ""].filter(Boolean).join(" ");
  return (
    <div class={`field${problem ? " wrong" : ""}`}>
      <label for={id}>{label}</label>
      {hint ? (
        <small id={`${id}-hint`} class="field-hint">
          {hint}
        </small>
      ) : null}
      {children(id, described || undefined)}
      {problem ? (
        <small id={`${id}-problem`} class="field-problem" role="alert">
          {problem}
        </small>
      ) : null}
    </div>
  );
}

interface AreaProps {
  label: string;
  hint?: string;
  problem?: string | null;
  value: string;
  rows?: number;
  /** Takes the focus when the dialog opens. */
  first?: boolean;
  onValue(value: string): void;
}

export function Area({ label, hint, problem, value, rows = 2, first = false, onValue }: AreaProps): VNode {
  return (
    <Field label={label} {...(hint ? { hint } : {})} problem={problem ?? null}>
      {(id, described) => (
        <textarea
          id={id}
          data-first={first ? "" : undefined}
          rows={rows}
          dir="auto"
          maxLength={4000}
          value={value}
          aria-describedby={described}
          aria-invalid={problem ? true : undefined}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface FootProps {
  label: string;
  busy: boolean;
  danger?: boolean;
}

/** The end of a form in a dialog: what the server said against it, cancel, and the act itself. */
export function Foot({ label, busy, danger = false }: FootProps): VNode {
  const { words, view, dispatch } = useWorld();
  const problem = view.value.notices.find(({ id, bad }) => id === "act" && bad);
  return (
    <footer class="dialog-foot">
      <p role="alert" class="field-problem">
        {problem?.text}
      </p>
      <Keys keys="mod+Enter" />
      <Button onClick={() => dispatch({ kind: "dialog", dialog: null })}>{words.cancel}</Button>
      <button type="submit" class={`button ${danger ? "danger" : "primary"}`} aria-disabled={busy}>
        {label}
      </button>
    </footer>
  );
}
