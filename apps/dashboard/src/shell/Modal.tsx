import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";

interface ModalProps {
  readonly title: string;
  /** Says the title to screen readers only. */
  readonly quiet?: boolean;
  readonly className?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * Something in front of the page that has to be answered or closed. The browser keeps the focus in it and
 * gives it back; what should have it first is marked `data-first`.
 */
export function Modal({ title, quiet, className = "", onClose, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element || element.open) return;
    element.showModal();
    element.querySelector<HTMLElement>("[data-first]")?.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too, which the browser sees to
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
      className={`mx-auto mt-[10vh] mb-auto max-h-[80vh] w-[min(36rem,calc(100vw-2rem))] flex-col rounded-base border border-line-strong bg-surface text-ink backdrop:bg-page/60 open:flex ${className}`}
    >
      <header
        className={
          quiet ? "sr-only" : "flex h-12 shrink-0 items-center justify-between gap-3 pr-2 pl-5"
        }
      >
        <h2 id={heading} className="truncate text-14 font-semibold">
          {title}
        </h2>
        {!quiet && (
          <button
            type="button"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
            className="grid size-9 place-items-center rounded-inner text-muted hover:bg-raised hover:text-ink max-md:size-11"
          >
            <X size={16} aria-hidden="true" />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
