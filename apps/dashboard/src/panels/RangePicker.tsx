const ranges = [
  { name: "5 min", ms: 5 * 60_000 },
  { name: "15 min", ms: 15 * 60_000 },
] as const;

export const SHORTEST_RANGE_MS = ranges[0].ms;

interface RangePickerProps {
  readonly range: number;
  readonly onChange: (range: number) => void;
}

/** How far back the page's charts look. */
export function RangePicker({ range, onChange }: RangePickerProps) {
  return (
    <fieldset className="flex shrink-0 rounded-inner border border-line p-0.5">
      <legend className="sr-only">Time range of the charts</legend>
      {ranges.map(({ name, ms }) => (
        <button
          key={ms}
          type="button"
          aria-pressed={range === ms}
          onClick={() => onChange(ms)}
          className="h-6 rounded-[3px] px-2.5 text-12 font-medium whitespace-nowrap text-muted transition-colors hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink max-md:h-10 max-md:px-4"
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
