import type { ButtonHTMLAttributes } from "react";
import { useMayChange } from "../services/session.ts";

interface Needs {
  /** Changes something of the server: off, with the reason, for those who may only look. */
  readonly changes?: boolean;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, Needs {
  readonly primary?: boolean;
}

function useNeeds(changes: boolean | undefined, { title, disabled }: ButtonProps) {
  const { may, reason } = useMayChange();
  return changes && !may ? { disabled: true, title: reason } : { disabled, title };
}

/** A button with a word on it. */
export function Button({ primary, changes, className = "", ...rest }: ButtonProps) {
  const needs = useNeeds(changes, rest);
  const look = primary
    ? "bg-accent text-page hover:opacity-90"
    : "border border-line-strong hover:bg-raised";
  return (
    <button
      type="button"
      className={`flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-inner px-3 font-medium whitespace-nowrap transition-colors disabled:opacity-50 max-md:h-11 ${look} ${className}`}
      {...rest}
      {...needs}
    />
  );
}

/** A button with a sign on it; its name is read out and shown on hover. */
export function IconButton({
  name,
  changes,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Needs & { readonly name: string }) {
  const needs = useNeeds(changes, { ...rest, title: name });
  return (
    <button
      type="button"
      aria-label={name}
      className={`grid size-8 shrink-0 place-items-center rounded-inner text-muted hover:bg-raised hover:text-ink disabled:opacity-50 max-md:size-11 ${className}`}
      {...rest}
      {...needs}
    />
  );
}
