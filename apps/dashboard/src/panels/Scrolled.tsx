import type { ReactNode } from "react";

interface ScrolledProps {
  /** What scrolls, such as "Rows of Cost by model". */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** A part that scrolls by itself, with the pointer and with the arrow keys. */
export function Scrolled({ label, className, children }: ScrolledProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms, a section would be a landmark
    <div
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className={className}
    >
      {children}
    </div>
  );
}
