import { completeQuery, type KnownValues, parseQuery } from "@telltale/protocol/query";
import { CircleAlert, Search, X } from "lucide-react";
import {
  type KeyboardEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";

interface FilterInputProps {
  /** In the filter language, as it is applied. */
  readonly value: string;
  /** Called with text that can be read, when the reader pauses or presses Enter. */
  readonly onChange: (text: string) => void;
  /** Values that were seen, to complete with. */
  readonly known: KnownValues;
}

// Long enough not to ask history for every letter.
const TYPING_MS = 350;

/** A line of the filter language: completed while typed, its mistakes said with their column. */
export function FilterInput({ value, onChange, known }: FilterInputProps) {
  const [typed, setTyped] = useState(value);
  const [given, setGiven] = useState(value);
  const [cursor, setCursor] = useState(value.length);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  const list = useId();
  const problem = useId();
  if (given !== value) {
    setGiven(value);
    setTyped(value);
  }
  const { error } = useMemo(() => parseQuery(typed), [typed]);
  const completion = useMemo(() => completeQuery(typed, cursor, known), [typed, cursor, known]);
  const options = open ? completion.options.slice(0, 12) : [];

  const apply = (text: string): void => {
    if (!parseQuery(text).error && text.trim() !== value) onChange(text.trim());
  };
  // Before anything else can be typed: what was taken leaves the caret behind it.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => apply(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const take = (index: number): void => {
    const option = options[index];
    if (!option) return;
    const before = typed.slice(0, completion.from) + option.insert;
    // A whole term is followed by the next one; a field waits for its value.
    const space = option.kind === "value" ? " " : "";
    const text = before + space + typed.slice(completion.to);
    const at = before.length + space.length;
    setTyped(text);
    setCursor(at);
    setActive(-1);
    setOpen(option.kind !== "value");
    caret.current = at;
  };

  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && completion.options.length > 0) {
      event.preventDefault();
      const by = event.key === "ArrowDown" ? 1 : -1;
      const count = Math.min(12, completion.options.length);
      setOpen(true);
      setActive(((active === -1 && by < 0 ? 0 : active) + by + count) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active >= 0) take(active);
      else {
        setOpen(false);
        apply(typed);
      }
    } else if (event.key === "Tab" && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape") {
      if (open) setOpen(false);
      else input.current?.blur();
    }
  };

  return (
    <div className="relative min-w-0 flex-1 basis-72 max-md:basis-full">
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-2 left-2.5 text-faint max-md:top-3.5"
      />
      <input
        ref={input}
        data-filter=""
        role="combobox"
        aria-label="Filter requests"
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        aria-invalid={error !== undefined}
        aria-describedby={error ? problem : undefined}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        value={typed}
        placeholder="model:gpt-4o status:error latency>2s"
        onChange={(event) => {
          setTyped(event.target.value);
          setCursor(event.target.selectionStart ?? event.target.value.length);
          setActive(-1);
          setOpen(true);
        }}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? typed.length)}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          apply(typed);
        }}
        onKeyDown={press}
        className="h-8 w-full rounded-inner border border-line-strong bg-surface pr-8 pl-8 placeholder:text-faint aria-invalid:border-bad max-md:h-11 max-md:text-16"
      />
      {typed !== "" && (
        <button
          type="button"
          aria-label="Clear the filter"
          onClick={() => {
            setTyped("");
            onChange("");
            input.current?.focus();
          }}
          className="absolute top-0 right-0 grid size-8 place-items-center text-faint hover:text-ink max-md:size-11"
        >
          <X size={14} aria-hidden="true" />
        </button>
      )}
      {error && (
        <p id={problem} role="status" className="mt-1 flex gap-1.5 text-12 text-bad">
          <CircleAlert size={13} aria-hidden="true" className="mt-px shrink-0" />
          <span>
            Column {error.column}: {error.message}
          </span>
        </p>
      )}
      {options.length > 0 && (
        <div
          id={list}
          role="listbox"
          aria-label="Completions"
          className="absolute top-9 right-0 left-0 z-30 max-h-80 overflow-y-auto rounded-base border border-line-strong bg-surface p-1 max-md:top-12"
        >
          {options.map((option, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input
            <div
              key={`${option.kind} ${option.label}`}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === active}
              // Keeps the focus where the text is.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(index)}
              className="flex min-h-8 cursor-pointer items-center justify-between gap-4 rounded-inner px-2 hover:bg-raised aria-selected:bg-raised max-md:min-h-11"
            >
              <span className="truncate font-medium">{option.label}</span>
              <span className="truncate text-12 text-faint">{option.about}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
