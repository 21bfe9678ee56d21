import { Popover } from "radix-ui";
import type { ReactNode } from "react";

interface PopupProps {
  readonly label?: string;
  /** The edge of its button that it keeps to. */
  readonly align?: "start" | "end";
  /** Its size and how its parts stand. */
  readonly className: string;
  readonly children: ReactNode;
}

/** What opens below a button: above all else, and within the window. */
export function Popup({ label, align = "end", className, children }: PopupProps) {
  return (
    <Popover.Portal>
      <Popover.Content
        align={align}
        sideOffset={6}
        collisionPadding={12}
        aria-label={label}
        className={`z-40 rounded-base border border-line-strong bg-surface ${className}`}
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  );
}
