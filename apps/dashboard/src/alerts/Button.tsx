import type { ButtonHTMLAttributes } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly primary?: boolean;
}

/** A button with a word on it. */
export function Button({ primary, className = "", ...rest }: ButtonProps) {
  const look = primary
    ? "bg-accent text-page hover:opacity-90"
    : "border border-line-strong hover:bg-raised";
  return (
    <button
      type="button"
      className={`flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-inner px-3 font-medium whitespace-nowrap transition-colors disabled:opacity-50 max-md:h-11 ${look} ${className}`}
      {...rest}
    />
  );
}

/** A button with a sign on it; its name is read out and shown on hover. */
export function IconButton({
  name,
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly name: string }) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      className={`grid size-8 shrink-0 place-items-center rounded-inner text-muted hover:bg-raised hover:text-ink max-md:size-11 ${className}`}
      {...rest}
    />
  );
}
