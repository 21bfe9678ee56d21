import type { DuckDBConnection } from "@duckdb/node-api";
import type { SeriesMetric } from "@telltale/protocol";
import type { Estimate, EvidenceQuery } from "../store/analysis.ts";
import { scopeSeconds, within } from "./figures.ts";
import { allTokens, metricSql, perToken, promptTokens } from "./metrics.ts";
import { select } from "./select.ts";

/** How the standard error of a metric is found; docs/api.md says why. */
type Method =
  /** Events of a Poisson process: the root of their number. */
  | { readonly kind: "count"; readonly of: string }
  /** A sum over the requests of a Poisson process: the root of the sum of squares. */
  | { readonly kind: "sum"; readonly of: string }
  /** A mean: the standard deviation over the root of the number. */
  | { readonly kind: "mean"; readonly of: string }
  /** A share: that of a binomial distribution. */
  | { readonly kind: "share" }
  /** A percentile: from the ranks within which it lies 95 times of 100. */
  | { readonly kind: "percentile"; readonly of: string; readonly share: number }
  | { readonly kind: "none"; readonly of: string };

function methodOf(metric: SeriesMetric): Method {
  const [, digits, of] = /^p(\d+)_(latency_ms|ttft_ms)$/.exec(metric) ?? [];
  if (digits !== undefined && of !== undefined) {
    return { kind: "percentile", of, share: Number(`0.${digits}`) };
  }
  switch (metric) {
    case "requests":
    case "requests_per_second":
      return { kind: "count", of: "true" };
    case "errors":
      return { kind: "count", of: "status = 'error'" };
    case "error_rate":
      return { kind: "share" };
    case "cost":
      return { kind: "sum", of: "cost" };
    case "prompt_tokens":
      return { kind: "sum", of: promptTokens };
    case "completion_tokens":
      return { kind: "sum", of: "output_tokens" };
    case "cached_tokens":
      return { kind: "sum", of: "cache_read_tokens" };
    case "reasoning_tokens":
      return { kind: "sum", of: "reasoning_tokens" };
    case "tokens":
    case "tokens_per_second":
      return { kind: "sum", of: allTokens };
    case "avg_ttft_ms":
      return { kind: "mean", of: "ttft_ms" };
    case "inter_token_latency_ms":
      return { kind: "mean", of: perToken };
    case "max_latency_ms":
      return { kind: "none", of: "latency_ms" };
    default:
      return { kind: "mean", of: "latency_ms" };
  }
}

/** Number of values and standard error of each kind. */
function spreadOf(method: Method): { count: string; error: string } {
  switch (method.kind) {
    case "count":
      return { count: `count_if(${method.of})`, error: `sqrt(count_if(${method.of}))` };
    case "sum":
      return { count: `count(${method.of})`, error: `sqrt(sum(pow(${method.of}, 2)))` };
    case "mean":
      return {
        count: `count(${method.of})`,
        error: `stddev_samp(${method.of}) / sqrt(count(${method.of}))`,
      };
    case "share": {
      const share = "avg((status = 'error')::INTEGER)";
      return { count: "count(*)", error: `sqrt(${share} * (1 - ${share}) / count(*))` };
    }
    case "percentile":
    case "none":
      return { count: `count(${method.of})`, error: "NULL" };
  }
}

/** Standard deviations on either side that hold 95%. */
const Z95 = 1.959964;

/** An estimate per metric, in their order. */
export async function evidence(
  connection: DuckDBConnection,
  { metrics, ...scope }: EvidenceQuery,
): Promise<Estimate[]> {
  const conditions = within(scope);
  const methods = metrics.map(methodOf);
  const columns = metrics.flatMap((metric, at) => {
    const { count, error } = spreadOf(methods[at] ?? { kind: "share" });
    const divided = metric.endsWith("_per_second") ? `(${error}) / (${scopeSeconds})` : error;
    return [
      `${metricSql[metric](scopeSeconds)} AS v${at}`,
      `(${count})::DOUBLE AS n${at}`,
      `(${divided})::DOUBLE AS e${at}`,
    ];
  });
  const found = await select(
    connection,
    `SELECT ${columns.join(", ")} FROM requests ${conditions.clause}`,
    conditions.values,
  );
  const cell = (name: string): number | null => {
    const value = found.cell(name, 0);
    return typeof value === "number" ? value : null;
  };
  const estimates = metrics.map((_, at) => ({
    value: cell(`v${at}`),
    count: cell(`n${at}`) ?? 0,
    standardError: cell(`e${at}`),
  }));
  const bounds = methods.flatMap((method, at) => {
    const count = estimates[at]?.count ?? 0;
    if (method.kind !== "percentile" || count === 0) return [];
    const spread = Z95 * Math.sqrt((method.share * (1 - method.share)) / count);
    const low = Math.max(0, method.share - spread);
    const high = Math.min(1, method.share + spread);
    return [`quantile_disc(${method.of}, ${high}) - quantile_disc(${method.of}, ${low}) AS w${at}`];
  });
  if (bounds.length === 0) return estimates;
  const widths = await select(
    connection,
    `SELECT ${bounds.join(", ")} FROM requests ${conditions.clause}`,
    conditions.values,
  );
  return estimates.map((estimate, at) => {
    const width = methods[at]?.kind === "percentile" ? widths.cell(`w${at}`, 0) : null;
    return typeof width === "number" ? { ...estimate, standardError: width / (2 * Z95) } : estimate;
  });
}
