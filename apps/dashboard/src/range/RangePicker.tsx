import { CalendarRange, ChevronDown, History } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { spanInWords } from "../format/time.ts";
import { useReplayControl } from "../replay/use-replay-control.ts";
import { Popup } from "../theme/Popup.tsx";
import { AbsoluteRange } from "./AbsoluteRange.tsx";
import { lengthOf, presetOf, presets, type Range } from "./range.ts";
import { useRange, useSetRange } from "./use-range.ts";

function nameOf(range: Range): string {
  if (range.kind === "fixed") return spanInWords(range.from, range.to);
  return presetOf(range.ms)?.long ?? "";
}

/** How far back the page looks: one choice for everything on it. */
export function RangePicker() {
  const range = useRange();
  const setRange = useSetRange();
  const [open, setOpen] = useState(false);
  const choose = (next: Range): void => {
    setRange(next);
    setOpen(false);
  };
  const { start, play } = useReplayControl();
  const replay = (): void => {
    const to = range.kind === "fixed" ? range.to : Date.now();
    const from = to - lengthOf(range);
    setOpen(false);
    play(from, { from, to });
  };
  const short = range.kind === "live" ? presetOf(range.ms)?.short : undefined;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={`Time range: ${nameOf(range)}`}
        className="flex h-8 items-center gap-1.5 rounded-inner border border-line-strong px-2.5 font-medium whitespace-nowrap transition-colors hover:bg-raised max-md:h-11"
      >
        <CalendarRange size={14} aria-hidden="true" className="text-muted" />
        <span className="max-sm:hidden">{nameOf(range)}</span>
        <span className="sm:hidden">{short ?? "Fixed"}</span>
        <ChevronDown size={13} aria-hidden="true" className="text-faint" />
      </Popover.Trigger>
      <Popup className="w-[min(30rem,calc(100vw-1.5rem))] p-2 sm:flex">
        <ul
          aria-label="Ranges that end now"
          className="grid shrink-0 grid-cols-2 gap-0.5 sm:w-44 sm:grid-cols-1"
        >
          {presets.map(({ name, long, ms }) => (
            <li key={name}>
              <button
                type="button"
                aria-pressed={range.kind === "live" && range.ms === ms}
                onClick={() => choose({ kind: "live", ms })}
                className="h-8 w-full rounded-inner px-2.5 text-left transition-colors hover:bg-raised aria-pressed:bg-raised aria-pressed:font-medium max-md:h-11"
              >
                {long}
              </button>
            </li>
          ))}
        </ul>
        <div className="mt-2 border-line max-sm:border-t max-sm:pt-2 sm:mt-0 sm:ml-2 sm:flex-1 sm:border-l sm:pl-3">
          <AbsoluteRange range={range} onChoose={choose} />
          {start === null && (
            <button
              type="button"
              onClick={replay}
              className="m-1 flex h-8 items-center gap-1.5 rounded-inner border border-demo/40 px-2.5 font-medium text-demo transition-colors hover:bg-demo-soft max-md:h-11"
            >
              <History size={14} aria-hidden="true" />
              Replay from {range.kind === "fixed" ? "there" : "its beginning"}
            </button>
          )}
        </div>
      </Popup>
    </Popover.Root>
  );
}
