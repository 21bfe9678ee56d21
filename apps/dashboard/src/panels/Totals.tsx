import { duration } from "../format/duration.ts";
import { money } from "../format/money.ts";
import { count, isKnown, type Maybe, requestsInWords, sumUnlessUnknown } from "../format/number.ts";
import { useLive } from "../services/live.tsx";
import { Stat } from "./Stat.tsx";

const NO_REQUESTS = "No request finished in the last five minutes";
// They are of these times whatever range the charts below show, so that the first are there at once.
const RATE = "last 10 s";
const WINDOW = "last 5 min";
const ALL = "all time";
const NOT_REPORTED = "The server does not report it";

/** The service in eight figures, in the order an operator asks: traffic, latency, errors, cost. */
export function Totals() {
  const { metrics, costs } = useLive();
  const idle = metrics?.window_requests === 0;
  const inWindow = (value: Maybe): Maybe => (idle ? null : value);
  // An average of nothing comes as 0: the percentiles say whether any latency was reported.
  const unmeasured = metrics?.avg_latency_ms === 0 && !isKnown(metrics.p50_latency_ms);
  const unknownCost = metrics?.unknown_cost_requests ?? 0;
  const unknownUsage = metrics?.unknown_usage_requests ?? 0;
  return (
    <dl className="panel grid grid-cols-2 gap-px overflow-hidden bg-line lg:grid-cols-4">
      <Stat
        label="Requests per second"
        span={RATE}
        value={metrics?.requests_per_second}
        unit="rate"
        reason="No data yet"
      >
        {isKnown(metrics?.in_flight) ? `${count(metrics.in_flight)} in flight` : null}
      </Stat>
      <Stat
        label="Total requests"
        span={ALL}
        value={metrics?.total_requests}
        unit="count"
        reason="No data yet"
      >
        {isKnown(metrics?.total_errors) ? `${count(metrics.total_errors)} failed` : null}
      </Stat>
      <Stat
        label="Tokens per second"
        span={RATE}
        value={metrics?.tokens_per_second}
        unit="rate"
        reason="No data yet"
      >
        prompt and completion
      </Stat>
      <Stat
        label="Total tokens"
        span={ALL}
        value={metrics?.total_tokens}
        unit="count"
        reason="No data yet"
      >
        {unknownUsage > 0
          ? `without ${count(unknownUsage)} of unknown usage`
          : isKnown(metrics?.total_prompt_tokens)
            ? `${count(metrics.total_prompt_tokens)} in · ${count(metrics.total_completion_tokens)} out`
            : null}
      </Stat>
      <Stat
        label="Avg latency"
        span={WINDOW}
        value={unmeasured ? null : inWindow(metrics?.avg_latency_ms)}
        unit="duration"
        reason={idle ? NO_REQUESTS : NOT_REPORTED}
      >
        {isKnown(metrics?.p50_latency_ms) &&
          `p50 ${duration(metrics.p50_latency_ms)} · p95 ${duration(metrics.p95_latency_ms)} · p99 ${duration(metrics.p99_latency_ms)}`}
      </Stat>
      <Stat
        label="Time to first token, p95"
        span={WINDOW}
        value={metrics?.p95_ttft_ms}
        unit="duration"
        reason={idle ? NO_REQUESTS : "No streamed request in the last five minutes"}
      >
        {isKnown(metrics?.p50_ttft_ms) &&
          `p50 ${duration(metrics.p50_ttft_ms)} · p99 ${duration(metrics.p99_ttft_ms)}`}
      </Stat>
      <Stat
        label="Error rate"
        span={WINDOW}
        value={inWindow(metrics?.error_rate)}
        unit="share"
        reason={NO_REQUESTS}
      >
        {isKnown(metrics?.window_requests) && `of ${requestsInWords(metrics.window_requests)}`}
      </Stat>
      <Stat
        label="Cost"
        span={ALL}
        value={sumUnlessUnknown(metrics?.total_cost, unknownCost, metrics?.total_requests)}
        unit="money"
        reason="No price is known for any of these requests"
      >
        {unknownCost > 0
          ? `without ${count(unknownCost)} of unknown cost`
          : costs && `${money(costs.projected_monthly_cost)} a month at this pace`}
      </Stat>
    </dl>
  );
}
