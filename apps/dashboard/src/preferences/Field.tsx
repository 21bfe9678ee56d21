import { type ReactNode, useId } from "react";
import { Dropdown } from "../theme/Dropdown.tsx";
import type { SettingId } from "./setting-names.ts";

interface FieldProps {
  /** By which the palette leads to it. */
  readonly id?: SettingId;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly children: (id: string) => ReactNode;
}

/** One choice: what it is, what it does, and the control. */
export function Field({ id: named, label, hint, children }: FieldProps) {
  const own = useId();
  const id = named ?? own;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3">
      <div className="min-w-48 flex-1">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && <p className="text-12 text-faint">{hint}</p>}
      </div>
      {children(id)}
    </div>
  );
}

interface SelectProps {
  readonly id: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly name: string }[];
  readonly onChange: (value: string) => void;
  /** Where no label stands beside it. */
  readonly label?: string;
}

export function Select({ label, ...props }: SelectProps) {
  return (
    <Dropdown
      {...props}
      aria-label={label}
      className="max-sm:w-full"
      look="h-8 w-full rounded-inner border border-line-strong bg-page pl-2.5 font-medium sm:w-60 max-md:h-11"
    />
  );
}

interface SwitchProps {
  readonly id: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  /** Why it cannot be changed, if so. */
  readonly off?: string | undefined;
}

export function Switch({ id, on, onChange, off }: SwitchProps) {
  return (
    <button
      id={id}
      type="button"
      role="switch"
      aria-checked={on}
      disabled={off !== undefined}
      title={off}
      onClick={() => onChange(!on)}
      className="relative h-6 w-10 shrink-0 rounded-full border border-line-strong bg-page transition-colors before:absolute before:-inset-2.5 disabled:opacity-50 aria-checked:border-accent aria-checked:bg-accent"
    >
      <span
        aria-hidden="true"
        className={`absolute top-1 left-1 size-3.5 rounded-full transition-transform ${on ? "translate-x-4 bg-page" : "bg-muted"}`}
      />
    </button>
  );
}
