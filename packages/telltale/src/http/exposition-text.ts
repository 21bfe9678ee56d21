export type MetricType = "counter" | "gauge" | "histogram" | "summary";
export type Labels = Readonly<Record<string, string>>;
/** A value that is not known is not written. */
export type Sample = readonly [Labels, number | null | undefined];

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** One metric with its help, type and series; nothing at all without a series. */
export function family(
  name: string,
  type: MetricType,
  help: string,
  samples: readonly Sample[],
): string {
  let text = "";
  for (const [labels, value] of samples) {
    if (typeof value === "number") text += `${name}${format(labels)} ${written(value)}\n`;
  }
  return text === "" ? "" : head(name, type, help) + text;
}

/** A histogram in classic buckets, whose counts include those below. */
export function histogram(
  name: string,
  help: string,
  series: Iterable<
    readonly [
      Labels,
      { readonly bounds: readonly number[]; readonly counts: readonly number[]; sum: number },
    ]
  >,
): string {
  let text = "";
  for (const [labels, { bounds, counts, sum }] of series) {
    let below = 0;
    for (const [i, count] of counts.entries()) {
      below += count;
      const le = i < bounds.length ? String(bounds[i]) : "+Inf";
      text += `${name}_bucket${format({ ...labels, le })} ${below}\n`;
    }
    text += `${name}_sum${format(labels)} ${written(sum)}\n${name}_count${format(labels)} ${below}\n`;
  }
  return text === "" ? "" : head(name, "histogram", help) + text;
}

function head(name: string, type: MetricType, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function written(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

function format(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
