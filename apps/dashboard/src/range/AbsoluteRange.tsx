import { useState } from "react";
import { fromZoned, zonedInput, zoneName } from "../format/zone.ts";
import { pageNow } from "../services/page-clock.ts";
import { lengthOf, type Range } from "./range.ts";

interface AbsoluteRangeProps {
  readonly range: Range;
  readonly onChoose: (range: Range) => void;
}

const field =
  "h-8 w-full rounded-inner border border-line-strong bg-page px-2 numbers max-md:h-11 max-md:text-16";

/** A span that stands still, from one moment to another, in the reader's time zone. */
export function AbsoluteRange({ range, onChoose }: AbsoluteRangeProps) {
  const [initial] = useState(() => {
    const to = range.kind === "fixed" ? range.to : pageNow();
    return { from: zonedInput(to - lengthOf(range)), to: zonedInput(to) };
  });
  const [from, setFrom] = useState(initial.from);
  const [to, setTo] = useState(initial.to);
  const start = fromZoned(from);
  const end = fromZoned(to);
  const problem =
    start === null || end === null
      ? "Both times are needed."
      : start >= end
        ? "The range has to end after it begins."
        : undefined;

  return (
    <form
      className="flex flex-col gap-2 p-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (start !== null && end !== null && start < end) {
          onChoose({ kind: "fixed", from: start, to: end });
        }
      }}
    >
      <label className="flex flex-col gap-1">
        <span className="text-12 text-muted">From</span>
        <input
          type="datetime-local"
          step={1}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          className={field}
        />
      </label>
      <label className="flex flex-col gap-1">
        <span className="text-12 text-muted">To</span>
        <input
          type="datetime-local"
          step={1}
          value={to}
          onChange={(event) => setTo(event.target.value)}
          className={field}
        />
      </label>
      <p role={problem ? "alert" : undefined} className="text-12 text-faint">
        {problem ?? `Times in ${zoneName()}`}
      </p>
      <button
        type="submit"
        disabled={problem !== undefined}
        className="h-8 rounded-inner bg-accent px-3 font-medium text-page disabled:opacity-50 max-md:h-11"
      >
        Show this range
      </button>
    </form>
  );
}
