import { Bell, CircleCheck, Flame, X } from "lucide-react";
import { useEffect, useState } from "react";
import { dismiss, type Toast, useToasts } from "./toasts.ts";

const SHOWN_MS = 8_000;

const looks = {
  bad: { icon: Flame, color: "text-bad" },
  good: { icon: CircleCheck, color: "text-good" },
  plain: { icon: Bell, color: "text-muted" },
} as const;

/**
 * Words in passing, read out politely. A region of our own: toast libraries bring a style element,
 * which the page's policy forbids.
 */
export function Toasts() {
  const toasts = useToasts();
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 max-md:bottom-20"
    >
      {toasts.map((each) => (
        <OneToast key={each.id} toast={each} />
      ))}
    </section>
  );
}

function OneToast({ toast }: { readonly toast: Toast }) {
  const [held, setHeld] = useState(false);
  // Whoever points at it or is in it still reads it.
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, toast]);
  const { icon: Icon, color } = looks[toast.tone];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it from leaving
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex items-start gap-2.5 rounded-base border border-line-strong bg-surface py-2.5 pr-1.5 pl-3 shadow-lg"
    >
      <Icon size={16} aria-hidden="true" className={`mt-0.5 shrink-0 ${color}`} />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{toast.title}</p>
        {toast.text && <p className="line-clamp-3 break-words text-muted">{toast.text}</p>}
      </div>
      {toast.action && (
        <button
          type="button"
          onClick={() => {
            toast.action?.run();
            dismiss(toast.id);
          }}
          className="shrink-0 rounded-inner px-2 py-1 font-medium text-accent hover:bg-raised max-md:min-h-11"
        >
          {toast.action.name}
        </button>
      )}
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(toast.id)}
        className="grid size-7 shrink-0 place-items-center rounded-inner text-faint hover:bg-raised hover:text-ink max-md:size-11"
      >
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
