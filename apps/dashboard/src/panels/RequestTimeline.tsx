import type { RequestUpdate } from "@/services";
import { duration } from "../format/duration.ts";
import { rate } from "../format/number.ts";
import { ttftReason } from "./unknown-reasons.ts";

interface RequestTimelineProps {
  readonly request: RequestUpdate;
  /** Request to last byte, or so far, ms. */
  readonly total: number | null;
}

/** Where the time went: until the first token, then while the answer streamed. */
export function RequestTimeline({ request, total }: RequestTimelineProps) {
  if (total === null) return null;
  const { ttft_ms: first, queue_ms: queued, completion_tokens: tokens } = request;
  const streamed = first === undefined ? undefined : Math.max(0, total - first);
  const speed = streamed && tokens ? tokens / (streamed / 1000) : undefined;
  const until = first === undefined || total === 0 ? 100 : Math.min(100, (first / total) * 100);
  return (
    <section>
      <h3 className="mb-2 text-12 font-medium text-muted">Timeline</h3>
      <div className="flex h-2 gap-px overflow-hidden rounded-full bg-raised" aria-hidden="true">
        <div
          className={first === undefined ? "bg-accent" : "bg-line-strong"}
          style={{ width: `${until}%` }}
        />
        {first !== undefined && <div className="flex-1 bg-accent" />}
      </div>
      <ul className="mt-2.5 flex flex-col gap-1.5 numbers">
        {first === undefined ? (
          <Part
            color="bg-accent"
            name="Until the answer"
            time={duration(total)}
            note={ttftReason(request)}
          />
        ) : (
          <>
            <Part
              color="bg-line-strong"
              name="Until the first token"
              time={duration(first)}
              note={queued === undefined ? undefined : `${duration(queued)} of it queued`}
            />
            <Part
              color="bg-accent"
              name="Streaming"
              time={duration(streamed)}
              note={speed === undefined ? undefined : `${rate(speed)} tokens/s`}
            />
          </>
        )}
      </ul>
    </section>
  );
}

interface PartProps {
  readonly color: string;
  readonly name: string;
  readonly time: string;
  readonly note?: string | undefined;
}

function Part({ color, name, time, note }: PartProps) {
  return (
    <li className="flex items-center justify-between gap-3">
      <span className="flex shrink-0 items-center gap-2 text-muted">
        <span aria-hidden="true" className={`size-2 rounded-[2px] ${color}`} />
        {name}
      </span>
      <span className="flex min-w-0 items-baseline gap-3">
        {note && (
          <span className="truncate text-12 text-faint" title={note}>
            {note}
          </span>
        )}
        <span className="whitespace-nowrap">{time}</span>
      </span>
    </li>
  );
}
