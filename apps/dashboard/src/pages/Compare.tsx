import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Chart } from "../charts/Chart.tsx";
import type { Drawing } from "../charts/options.ts";
import { stepInWords } from "../format/duration.ts";
import { stepOf } from "../history/steps.ts";
import { useComparison } from "../history/use-comparison.ts";
import { useRetention } from "../history/use-retention.ts";
import { useSeries } from "../history/use-series.ts";
import { ComparisonTable } from "../panels/ComparisonTable.tsx";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { Select } from "../preferences/Field.tsx";
import { useExactSpan } from "../range/use-span.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { useLive } from "../services/live.tsx";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { type CompareSearch, readCompareSearch } from "./compare-search.ts";
import { type Side, sidesOf } from "./compare-sides.ts";

const counts: Drawing = { kind: "line", unit: "count", scale: "linear", fill: false };
const times: Drawing = { ...counts, unit: "duration" };
const shares: Drawing = { ...counts, unit: "share" };
const costs: Drawing = { ...counts, unit: "money" };

const questions = [
  { title: "Requests", metric: "requests", drawing: counts },
  { title: "p95 latency", metric: "p95_latency_ms", drawing: times },
  { title: "Error rate", metric: "error_rate", drawing: shares },
  { title: "Cost", metric: "cost", drawing: costs },
] as const;

const route = getRouteApi("/compare");

/** Two times, or two models, side by side, and whether they really differ. */
export default function Compare() {
  const contact = useFirstContact();
  if (contact === "waiting") return <Waiting />;
  if (contact === "empty")
    return <NothingYet what="There is something to compare once there are requests." />;
  return <CompareWithData />;
}

function CompareWithData() {
  const search = route.useSearch();
  const { a, b } = search;
  const models = a !== undefined && b !== undefined;
  const span = useExactSpan(120);
  const [left, right] = sidesOf(search, span);
  const question = {
    from: span.from,
    to: span.to,
    againstFrom: span.from - right.before,
    againstTo: span.to - right.before,
    ...(models && { modelA: a, modelB: b }),
  };
  const { data, error } = useComparison(question);
  const begins = useBegin(span, right);
  return (
    <div className="flex min-w-0 flex-col gap-3 lg:gap-4">
      <Choices search={search} />
      <Panel title={`${left.name} against ${right.name}`}>
        {error && !data ? (
          <Nothing>The comparison could not be made. {error.message}</Nothing>
        ) : (
          <ComparisonTable
            comparisons={data?.comparisons}
            left={left.name}
            right={right.name}
            begins={begins}
          />
        )}
      </Panel>
      <div className="grid grid-cols-1 gap-3 lg:grid-cols-2 lg:gap-4">
        {questions.map((each) => (
          <PanelBoundary key={each.metric} name={each.title}>
            <Both {...each} span={span} left={left} right={right} />
          </PanelBoundary>
        ))}
      </div>
    </div>
  );
}

/** When what is stored begins, if that is within the time of the other side. */
function useBegin(span: ReturnType<typeof useExactSpan>, { q, before }: Side): number | undefined {
  const oldest = useRetention().data?.oldest_request;
  const { lines } = useSeries(span, { metric: "requests", q, before });
  if (typeof oldest !== "number" || before === 0) return undefined;
  // What was imported is older than when it was stored.
  const first = lines[0]?.points.find(([, value]) => value !== null && value > 0)?.[0];
  const begin = Math.min(oldest, first === undefined ? oldest : first - before);
  return begin > span.from - before + span.step && begin < span.to - before ? begin : undefined;
}

interface BothProps {
  readonly title: string;
  readonly metric: string;
  readonly drawing: Drawing;
  readonly span: ReturnType<typeof useExactSpan>;
  readonly left: Side;
  readonly right: Side;
}

function Both({ title, metric, drawing, span, left, right }: BothProps) {
  const one = useSeries(span, { metric, q: left.q });
  const other = useSeries(span, { metric, q: right.q, before: right.before });
  return (
    <Chart
      title={title}
      note={`per ${stepInWords(span.step)}`}
      drawing={drawing}
      from={stepOf(span.from, span.step)}
      to={span.to}
      reach={span.step}
      state={one.state === "ready" ? other.state : one.state}
      failure={one.failure ?? other.failure}
      series={[
        { label: left.name, color: "var(--color-accent)", points: one.lines[0]?.points ?? [] },
        {
          label: right.name,
          color: "var(--series-5)",
          dashed: true,
          points: other.lines[0]?.points ?? [],
        },
      ]}
    />
  );
}

const ways = [
  { value: "previous", name: "the time right before" },
  { value: "day", name: "the same time a day ago" },
  { value: "week", name: "the same time a week ago" },
  { value: "models", name: "another model" },
] as const;

function Choices({ search }: { readonly search: CompareSearch }) {
  const { models } = useLive();
  const navigate = useNavigate();
  const current = route.useSearch();
  const names = useMemo(
    () =>
      [...new Set([...models.keys(), ...[search.a, search.b].filter((each) => each !== undefined)])]
        .sort()
        .map((value) => ({ value, name: value })),
    [models, search.a, search.b],
  );
  const { against: _against, a: _a, b: _b, ...rest } = current;
  const go = (next: CompareSearch): void =>
    void navigate({ to: "/compare", search: { ...rest, ...readCompareSearch({ ...next }) } });
  const [first, second] = [names[0]?.value ?? "", names[1]?.value ?? names[0]?.value ?? ""];
  const byModel = search.a !== undefined && search.b !== undefined;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {byModel ? (
        <Select
          id="compare-a"
          label="Model"
          value={search.a ?? first}
          options={names}
          onChange={(a) => go({ a, b: search.b ?? second })}
        />
      ) : (
        <span className="font-medium">The chosen range</span>
      )}
      <span className="text-muted">against</span>
      <Select
        id="compare-way"
        label="Against"
        value={byModel ? "models" : (search.against ?? "previous")}
        options={ways}
        onChange={(way) => {
          if (way === "models") go({ a: first, b: second });
          else go(readCompareSearch({ against: way }));
        }}
      />
      {byModel && (
        <Select
          id="compare-b"
          label="Other model"
          value={search.b ?? second}
          options={names}
          onChange={(b) => go({ a: search.a ?? first, b })}
        />
      )}
    </div>
  );
}
