import { getRouteApi, Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { Chart } from "../charts/Chart.tsx";
import type { Drawing } from "../charts/options.ts";
import { exactly } from "../filter/exactly.ts";
import { duration, stepInWords } from "../format/duration.ts";
import { count, isKnown, share } from "../format/number.ts";
import { useSeries } from "../history/use-series.ts";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { Stat } from "../panels/Stat.tsx";
import { StoredPercentiles } from "../panels/StoredPercentiles.tsx";
import { TopList } from "../panels/TopList.tsx";
import { useSpan } from "../range/use-span.ts";
import { useLive } from "../services/live.tsx";
import { modelColor } from "../theme/model-color.ts";

const rate: Drawing = { kind: "line", unit: "rate", scale: "linear", fill: true };
const times: Drawing = { kind: "line", unit: "duration", scale: "linear", fill: false };
const errors: Drawing = { kind: "bars", unit: "count", scale: "linear", fill: false };
const money: Drawing = { ...errors, unit: "money" };

const route = getRouteApi("/models/$model");

/** One model: how much, how fast, how dear, what goes wrong, and for whom. */
export default function Model() {
  const { model } = route.useParams();
  const span = useSpan();
  const q = exactly("model", model);
  const color = modelColor(model);
  return (
    <div className="flex min-w-0 flex-col gap-3 lg:gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Link
          to="/models"
          className="flex h-8 items-center gap-1.5 rounded-inner pr-2 text-muted hover:text-ink max-md:h-11"
        >
          <ArrowLeft size={14} aria-hidden="true" />
          All models
        </Link>
        <h2 className="flex min-w-0 items-center gap-2.5 text-20 font-semibold tracking-[-0.01em]">
          <span
            aria-hidden="true"
            className="size-2.5 shrink-0 rounded-[3px]"
            style={{ background: color }}
          />
          <span className="truncate">{model}</span>
        </h2>
        <Link
          to="/requests"
          search={{ q }}
          className="ml-auto flex h-8 items-center font-medium text-accent hover:underline max-md:h-11"
        >
          Its requests
        </Link>
      </div>
      <PanelBoundary name="Now">
        <Now model={model} />
      </PanelBoundary>
      <div className="grid grid-cols-1 gap-3 md:grid-cols-2 lg:gap-4 xl:grid-cols-3">
        <Single
          {...{ span, q, color }}
          title="Requests per second"
          metric="requests_per_second"
          drawing={rate}
        />
        <StoredPercentiles {...{ span, q }} title="Latency" of="latency_ms" />
        <StoredPercentiles {...{ span, q }} title="Time to first token" of="ttft_ms" />
        <Single
          {...{ span, q, color }}
          title="Time between tokens"
          label="Average"
          metric="inter_token_latency_ms"
          drawing={times}
        />
        <Tokens {...{ span, q }} />
        <Single {...{ span, q, color }} title="Cost" metric="cost" drawing={money} />
        <Single
          {...{ span, q }}
          color="var(--color-bad)"
          title="Errors"
          metric="errors"
          drawing={errors}
        />
        <TopList
          {...{ span }}
          q={`${q} status:error`}
          title="Errors by type"
          metric="errors"
          unit="count"
          group="error_type"
          field="type"
          nothing="No request of this model failed in this range."
        />
        <TopList
          {...{ span, q }}
          title="Users"
          note="by requests"
          metric="requests"
          unit="count"
          group="user_id"
          field="user"
          nothing="No request of this model says whose it is."
        />
      </div>
    </div>
  );
}

const IDLE = "No request finished in the last five minutes";

function Now({ model }: { readonly model: string }) {
  const now = useLive().models.get(model);
  const idle = now?.window_requests === 0;
  return (
    <dl className="panel grid grid-cols-2 gap-px overflow-hidden bg-line lg:grid-cols-4">
      <Stat
        label="Requests per second"
        span="last 10 s"
        value={now?.requests_per_second}
        unit="rate"
        reason="No request of this model since the server started"
      >
        {isKnown(now?.in_flight) && `${count(now.in_flight)} in flight`}
      </Stat>
      <Stat
        label="p95 latency"
        span="last 5 min"
        value={idle ? null : now?.p95_latency_ms}
        unit="duration"
        reason={IDLE}
      >
        {isKnown(now?.p50_latency_ms) &&
          `p50 ${duration(now.p50_latency_ms)} · p99 ${duration(now.p99_latency_ms)}`}
      </Stat>
      <Stat
        label="p95 time to first token"
        span="last 5 min"
        value={idle ? null : now?.p95_ttft_ms}
        unit="duration"
        reason={idle ? IDLE : "No streamed request in the last five minutes"}
      >
        {isKnown(now?.p50_ttft_ms) && `p50 ${duration(now.p50_ttft_ms)}`}
      </Stat>
      <Stat
        label="Cost"
        span="all time"
        value={now?.total_cost}
        unit="money"
        reason="No price is known"
      >
        {now && `${count(now.request_count)} requests, ${share(now.error_rate)} failed in 5 min`}
      </Stat>
    </dl>
  );
}

interface AskedProps {
  readonly span: ReturnType<typeof useSpan>;
  readonly q: string;
  readonly title: string;
}

interface SingleProps extends AskedProps {
  readonly color: string;
  readonly metric: string;
  /** Of its line, where the title is too long to stand beside three figures. */
  readonly label?: string;
  readonly drawing: Drawing;
}

function Single({ span, q, title, label = title, color, metric, drawing }: SingleProps) {
  const { lines, state, failure } = useSeries(span, { metric, q });
  return (
    <PanelBoundary name={title}>
      <Chart
        title={title}
        note={`per ${stepInWords(span.step)}`}
        drawing={drawing}
        from={span.from}
        to={span.to}
        reach={span.step}
        state={state}
        failure={failure}
        series={[{ label, color, points: lines[0]?.points ?? [] }]}
      />
    </PanelBoundary>
  );
}

const kinds = [
  { metric: "prompt_tokens", label: "Input", color: "var(--series-1)" },
  { metric: "cached_tokens", label: "Input from cache", color: "var(--series-3)" },
  { metric: "completion_tokens", label: "Output", color: "var(--series-5)" },
  { metric: "reasoning_tokens", label: "Output for reasoning", color: "var(--series-4)" },
] as const;

function Tokens({ span, q }: Pick<AskedProps, "span" | "q">) {
  const prompt = useSeries(span, { metric: kinds[0].metric, q });
  const cached = useSeries(span, { metric: kinds[1].metric, q });
  const completion = useSeries(span, { metric: kinds[2].metric, q });
  const reasoning = useSeries(span, { metric: kinds[3].metric, q });
  const all = [prompt, cached, completion, reasoning];
  return (
    <PanelBoundary name="Tokens">
      <Chart
        title="Tokens"
        note={`per ${stepInWords(span.step)}`}
        drawing={{ kind: "line", unit: "count", scale: "linear", fill: false }}
        from={span.from}
        to={span.to}
        reach={span.step}
        state={all.find(({ state }) => state !== "ready")?.state ?? "ready"}
        failure={all.find(({ failure }) => failure !== undefined)?.failure}
        series={kinds.map(({ label, color }, index) => ({
          label,
          color,
          points: all[index]?.lines[0]?.points ?? [],
        }))}
      />
    </PanelBoundary>
  );
}
