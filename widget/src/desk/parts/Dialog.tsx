import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "../../ui/Button";
import { Close } from "../../ui/icons";
import { useWorld } from "../world";

interface Props {
  title: string;
  class?: string;
  onClose(): void;
  children: ComponentChildren;
}

/** A modal dialog of the browser's own: it keeps the focus inside and gives it back. */
export function Dialog({ title, class: extra = "", onClose, children }: Props): VNode {
  const { words } = useWorld();
  return (
    <Modal label={title} class={`dialog ${extra}`} onClose={onClose}>
      <header class="dialog-head">
        <h2>{title}</h2>
        <IconButton icon={Close} label={words.close} onClick={onClose} />
      </header>
      {children}
    </Modal>
  );
}

/** Ctrl or ⌘ with Enter does what the form is for, from any of its fields: in a text, Enter alone is a new line. */
function submitted(event: KeyboardEvent) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  event.preventDefault();
  (event.currentTarget as Element).querySelector("form")?.requestSubmit();
}

/** The bare modal: Escape and a click beside it close it. */
export function Modal({ label, class: extra, onClose, children }: Omit<Props, "title"> & { label: string }): VNode {
  const box = useRef<HTMLDialogElement>(null);
  const closing = useRef(onClose);
  closing.current = onClose;
  useLayoutEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body)
        before.focus();
    };
  }, []);
  useEffect(() => {
    const dialog = box.current;
    const cancel = (event: Event) => {
      event.preventDefault();
      closing.current();
    };
    dialog?.addEventListener("cancel", cancel);
    return () => dialog?.removeEventListener("cancel", cancel);
  }, []);
  return (
    <dialog
      ref={box}
      class={extra}
      aria-label={label}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) closing.current();
      }}
      onKeyDown={submitted}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
