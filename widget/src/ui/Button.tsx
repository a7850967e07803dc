import type { ComponentChildren, JSX, VNode } from "preact";
import type { IconComponent } from "./signs";

type Native = Omit<JSX.IntrinsicElements["button"], "icon" | "label" | "type" | "class">;

/** A button that is only an icon: its name is said to screen readers and shown on hover. */
export function IconButton({
  icon: Icon,
  label,
  class: extra = "",
  ...rest
}: Native & { icon: IconComponent; label: string; class?: string }): VNode {
  return (
    <button type="button" class={`icon-button ${extra}`} aria-label={label} title={label} {...rest}>
      <Icon />
    </button>
  );
}

/** A button with words. */
export function Button({
  look = "quiet",
  class: extra = "",
  children,
  ...rest
}: Native & { look?: "primary" | "quiet" | "danger"; class?: string; children: ComponentChildren }): VNode {
  return (
    <button type="button" class={`button ${look} ${extra}`} {...rest}>
      {children}
    </button>
  );
}

/** A button that reads like a link. */
export function LinkButton({
  class: extra = "",
  children,
  ...rest
}: Native & { class?: string; children: ComponentChildren }): VNode {
  return (
    <button type="button" class={`link ${extra}`} {...rest}>
      {children}
    </button>
  );
}
