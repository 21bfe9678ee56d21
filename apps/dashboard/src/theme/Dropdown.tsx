import { ChevronDown } from "lucide-react";
import type { AriaAttributes } from "react";

interface DropdownProps<T extends string> extends AriaAttributes {
  readonly id?: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly name: string }[];
  readonly onChange: (value: T) => void;
  /** Of what is around it. */
  readonly className?: string;
  /** Its size and colours. */
  readonly look: string;
}

/** The system's own list of choices, drawn as the page's other fields are. */
export function Dropdown<T extends string>({
  value,
  options,
  onChange,
  className = "",
  look,
  ...attributes
}: DropdownProps<T>) {
  return (
    <span className={`relative ${className}`}>
      <select
        {...attributes}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={`${look} appearance-none truncate pr-7`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
      <ChevronDown
        size={13}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-faint"
      />
    </span>
  );
}
