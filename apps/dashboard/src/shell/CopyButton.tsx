import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, such as "the trace id". */
  readonly what: string;
}

/** Copies a text and says that it did. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("refused");
    }
  };
  const label = { idle: `Copy ${what}`, copied: "Copied", refused: "The browser did not allow it" }[
    state
  ];
  const Icon = state === "copied" ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      title={label}
      className="inline-flex size-7 shrink-0 items-center justify-center rounded-inner text-faint transition-colors hover:bg-raised hover:text-ink max-md:size-11"
    >
      <Icon size={14} className={state === "copied" ? "text-good" : ""} aria-hidden="true" />
      <span aria-live="polite" className="sr-only">
        {label}
      </span>
    </button>
  );
}
