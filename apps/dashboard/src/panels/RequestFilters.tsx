import { ChevronDown, Pause, Play, Search } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { count } from "../format/number.ts";
import type { RequestsSearch } from "../pages/requests-search.ts";
import { useLive } from "../services/live.tsx";

interface RequestFiltersProps {
  readonly search: RequestsSearch;
  readonly onChange: (change: Partial<Record<keyof RequestsSearch, string | undefined>>) => void;
  readonly paused: boolean;
  readonly waiting: number;
  readonly onPause: () => void;
}

// Long enough not to ask history for every letter.
const TYPING_MS = 250;

/** What the list shows, and whether it moves. */
export function RequestFilters({
  search,
  onChange,
  paused,
  waiting,
  onPause,
}: RequestFiltersProps) {
  const { models } = useLive();
  const names = [...new Set([...models.keys(), ...(search.model ? [search.model] : [])])].sort();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TextFilter
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q === "" ? undefined : q })}
      />
      <Choice
        label="Model"
        value={search.model ?? ""}
        onChange={(model) => onChange({ model: model === "" ? undefined : model })}
      >
        <option value="">All models</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Choice>
      <Choice
        label="Status"
        value={search.status ?? ""}
        onChange={(status) => onChange({ status: status === "" ? undefined : status })}
      >
        <option value="">Any status</option>
        <option value="in_progress">In flight</option>
        <option value="success">Success</option>
        <option value="error">Error</option>
      </Choice>
      <button
        type="button"
        aria-pressed={paused}
        onClick={onPause}
        className="ml-auto flex h-8 items-center gap-1.5 rounded-inner border border-line-strong px-3 font-medium whitespace-nowrap transition-colors hover:bg-raised aria-pressed:border-watch/50 aria-pressed:bg-watch-soft max-md:h-11"
      >
        {paused ? <Play size={13} aria-hidden="true" /> : <Pause size={13} aria-hidden="true" />}
        {paused ? "Resume" : "Pause"}
        {paused && waiting > 0 && (
          <span className="text-12 font-normal text-muted numbers">{count(waiting)} waiting</span>
        )}
      </button>
    </div>
  );
}

function TextFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [given, setGiven] = useState(value);
  if (given !== value) {
    setGiven(value);
    setTyped(value);
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="relative min-w-0 flex-1 basis-56 max-md:basis-full md:max-w-80">
      <span className="sr-only">Search requests</span>
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
      />
      <input
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder="Id, user, error, endpoint"
        className="h-8 w-full rounded-inner border border-line-strong bg-surface pr-2 pl-8 placeholder:text-faint max-md:h-11 max-md:text-16"
      />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <label className="relative min-w-0 max-md:flex-1">
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 max-w-52 appearance-none max-md:w-full truncate rounded-inner border border-line-strong bg-surface pr-7 pl-2.5 font-medium max-md:h-11"
      >
        {children}
      </select>
      <ChevronDown
        size={13}
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-faint"
      />
    </label>
  );
}
