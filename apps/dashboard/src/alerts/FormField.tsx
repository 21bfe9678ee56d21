import { type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef } from "react";
import { Dropdown } from "../theme/Dropdown.tsx";

const control =
  "h-8 w-full min-w-0 rounded-inner border border-line-strong bg-page px-2.5 placeholder:text-faint aria-invalid:border-bad max-md:h-11 max-md:text-16";

interface FormFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What the server says is wrong with it. */
  readonly problem?: string | undefined;
  readonly className?: string;
  readonly children: (props: {
    readonly id: string;
    readonly "aria-invalid": boolean;
    readonly "aria-describedby": string | undefined;
  }) => ReactNode;
}

/** A label above its control, with what is wrong below it. */
export function FormField({ label, hint, problem, className = "", children }: FormFieldProps) {
  const id = useId();
  const told = problem ?? hint;
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-12 text-muted">
        {label}
      </label>
      {children({
        id,
        "aria-invalid": problem !== undefined,
        "aria-describedby": told ? `${id}-told` : undefined,
      })}
      {told && (
        <p
          id={`${id}-told`}
          role={problem ? "alert" : undefined}
          className={`text-12 ${problem ? "text-bad" : "text-faint"}`}
        >
          {told}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps
  extends Omit<FormFieldProps, "children">,
    Pick<InputHTMLAttributes<HTMLInputElement>, "placeholder" | "list" | "inputMode" | "type"> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Stands behind the value, such as `%`. */
  readonly sign?: string;
  /** Has the focus when a dialog opens. */
  readonly autoFocus?: boolean;
  /** Has the focus when it appears. */
  readonly focused?: boolean;
}

export function TextField({ value, onChange, sign, ...rest }: TextFieldProps) {
  const { placeholder, list, inputMode, type = "text", autoFocus, focused, ...field } = rest;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, [focused]);
  return (
    <FormField {...field}>
      {(props) => (
        <span className="relative">
          <input
            {...props}
            // The attribute, which React's prop does not set: a dialog looks for it when it opens.
            ref={(element) => {
              input.current = element;
              if (autoFocus) element?.setAttribute("autofocus", "");
            }}
            type={type}
            value={value}
            placeholder={placeholder}
            list={list}
            inputMode={inputMode}
            autoComplete="off"
            onChange={(event) => onChange(event.target.value)}
            className={`${control} ${sign ? "pr-8" : ""}`}
          />
          {sign && (
            <span className="pointer-events-none absolute inset-y-0 right-2.5 grid place-items-center text-12 text-faint">
              {sign}
            </span>
          )}
        </span>
      )}
    </FormField>
  );
}

interface ChoiceFieldProps<T extends string> extends Omit<FormFieldProps, "children"> {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly name: string }[];
  readonly onChange: (value: T) => void;
}

export function ChoiceField<T extends string>({
  value,
  options,
  onChange,
  ...field
}: ChoiceFieldProps<T>) {
  return (
    <FormField {...field}>
      {(props) => (
        <Dropdown {...props} value={value} options={options} onChange={onChange} look={control} />
      )}
    </FormField>
  );
}
