import type { ReactNode } from "react";
import { PanelBoundary } from "./PanelBoundary.tsx";

interface PanelProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly action?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled part of a page that fails by itself. */
export function Panel({ title, note, action, children, className = "" }: PanelProps) {
  return (
    <PanelBoundary name={title}>
      <section aria-label={title} className={`panel flex min-w-0 flex-col ${className}`}>
        <header className="flex min-h-11 items-center justify-between gap-3 px-4">
          <h2 className="text-13 font-medium max-sm:py-2 sm:truncate">
            {title}
            {note && <span className="ml-2 text-12 font-normal text-faint">{note}</span>}
          </h2>
          {action}
        </header>
        {children}
      </section>
    </PanelBoundary>
  );
}

/** A quiet sentence where a list would be. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return <p className="border-t border-line px-4 py-8 text-center text-muted">{children}</p>;
}
