import { useMemo } from "react";
import type { Mark } from "../charts/annotations.ts";
import { ChartBody } from "../charts/ChartBody.tsx";
import type { ChartSeries } from "../charts/data.ts";
import type { Drawing } from "../charts/options.ts";
import { duration } from "../format/duration.ts";
import { count } from "../format/number.ts";
import { when } from "../format/time.ts";
import type { UnitName } from "../format/unit.ts";
import type { Point } from "../history/line.ts";
import { type Preview, type RuleKind, unitNameOf } from "../services/alerts.ts";
import { modelColor } from "../theme/model-color.ts";
import { guessUnit } from "./rule-words.ts";

/** Lines more than this can not be told apart. */
const MOST_LINES = 6;

interface RulePreviewProps {
  readonly preview: Preview | undefined;
  readonly state: "asking" | "ready" | "wrong" | "failed";
  readonly failure: string | undefined;
  readonly kind: RuleKind;
  readonly metric: string;
}

function unitOf(kind: RuleKind, metric: string): UnitName {
  if (kind === "no_data") return "duration";
  if (kind === "budget") return "money";
  return kind === "burn_rate" ? "rate" : unitNameOf(guessUnit(metric));
}

/** A step that history left out is a gap, not a straight line across it. */
function withGaps(points: Preview["series"][number]["points"], step: number): Point[] {
  return points.flatMap((point, index): Point[] => {
    const before = points[index - 1];
    const [t, value] = point;
    return before && t - before[0] > step * 1.5 ? [[before[0] + step, null], point] : [[t, value]];
  });
}

function linesOf(preview: Preview, step: number): ChartSeries[] {
  const fired = new Set(preview.episodes.map(({ subject }) => subject ?? ""));
  // Those that fired come first: they are what one looks for.
  const ranked = [...preview.series].sort(
    (a, b) => Number(fired.has(b.group ?? "")) - Number(fired.has(a.group ?? "")),
  );
  const lines = ranked.slice(0, MOST_LINES).map(
    ({ group, points }): ChartSeries => ({
      label: group ?? "All together",
      color: group === null ? "var(--color-accent)" : modelColor(group),
      points: withGaps(points, step),
    }),
  );
  // Where all have the same limit it is drawn once.
  const limits = new Map(preview.thresholds.map((line) => [JSON.stringify(line.points), line]));
  const values = new Set(preview.thresholds.flatMap(({ points }) => points.map(([, v]) => v)));
  const [only] = values;
  const shown: ChartSeries[] =
    values.size === 1 && only !== undefined
      ? [
          {
            label: "Threshold",
            color: "var(--color-watch)",
            dashed: true,
            // At every time that a line has a point, or it would be drawn as two dots.
            points: timesOf(preview, step).map((t) => [t, only]),
          },
        ]
      : [...limits.values()].slice(0, MOST_LINES).map(({ group, points }) => ({
          label: group === null ? "Threshold" : `Threshold of ${group}`,
          color: "var(--color-watch)",
          dashed: true,
          points: withGaps(points, step),
        }));
  return [...lines, ...shown];
}

function timesOf({ from, to, series }: Preview, step: number): number[] {
  const times = series.flatMap(({ points }) => withGaps(points, step).map(([t]) => t));
  return [...new Set([from, ...times, to])].sort((a, b) => a - b);
}

/** What the rule would have done in the last day. */
export function RulePreview({ preview, state, failure, kind, metric }: RulePreviewProps) {
  const step = preview?.step_ms ?? 60_000;
  const series = useMemo(() => (preview ? linesOf(preview, step) : []), [preview, step]);
  const marks = useMemo(
    (): readonly Mark[] =>
      (preview?.episodes ?? []).map(({ fired_at: at, resolved_at: to }) => ({
        at,
        to,
        word: "fired",
        tone: "bad",
      })),
    [preview],
  );
  const drawing: Drawing = {
    kind: "line",
    unit: unitOf(kind, metric),
    scale: "linear",
    fill: false,
  };
  return (
    <section aria-label="Preview" className="flex min-w-0 flex-col gap-3">
      <div>
        <h3 className="text-12 text-faint">In the last 24 hours</h3>
        <p aria-live="polite" className="text-16 font-semibold">
          {verdict(preview, state)}
        </p>
        {failure && state === "failed" && <p className="text-12 text-bad">{failure}</p>}
        {preview?.note && <p className="text-12 text-muted">{preview.note}.</p>}
      </div>
      {preview && preview.step_ms !== null && (
        <div
          aria-busy={state === "asking"}
          className={state === "asking" ? "[&_.uplot]:opacity-60" : undefined}
        >
          <ChartBody
            title="What the rule looks at"
            series={series}
            drawing={drawing}
            from={preview.from}
            to={preview.to}
            reach={step}
            zoomable={false}
            marks={marks}
          />
        </div>
      )}
      {preview && preview.episodes.length > 0 && <Episodes preview={preview} />}
    </section>
  );
}

function verdict(preview: Preview | undefined, state: RulePreviewProps["state"]): string {
  if (state === "wrong") return "Not a whole rule yet";
  if (state === "failed") return "It could not be tried";
  if (!preview) return "Trying it on the last day";
  if (preview.step_ms === null) return "Can not be tried on the past";
  if (preview.fired === 0) return "Would not have fired";
  return preview.fired === 1
    ? "Would have fired once"
    : `Would have fired ${count(preview.fired)} times`;
}

const MOST_EPISODES = 5;

function Episodes({ preview }: { readonly preview: Preview }) {
  const newest = [...preview.episodes].reverse().slice(0, MOST_EPISODES);
  return (
    <ul className="flex flex-col gap-1.5 text-12">
      {newest.map((one) => (
        <li key={`${one.subject} ${one.fired_at}`} className="grid grid-cols-[5.5rem_1fr] gap-2">
          <span className="text-faint numbers">{when(one.fired_at, preview.to)}</span>
          <span className="min-w-0 text-muted">
            {one.message}
            <span className="text-faint numbers">
              {" · "}
              {one.resolved_at === null
                ? "still fires"
                : `for ${duration(one.resolved_at - one.fired_at)}`}
            </span>
          </span>
        </li>
      ))}
      {preview.episodes.length > MOST_EPISODES && (
        <li className="text-faint">and {count(preview.fired - MOST_EPISODES)} before</li>
      )}
    </ul>
  );
}
