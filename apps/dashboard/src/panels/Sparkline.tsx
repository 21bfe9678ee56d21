interface SparklineProps {
  /** In order of time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  readonly color: string;
  readonly label: string;
}

const WIDTH = 96;
const HEIGHT = 20;

/** The course of a figure in the size of a word, from zero. */
export function Sparkline({ values, color, label }: SparklineProps) {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH;
  const height = (value: number): number =>
    most === 0 ? HEIGHT - 1 : HEIGHT - 1 - (value / most) * (HEIGHT - 2);
  let path = "";
  let pen = false;
  for (const [index, value] of values.entries()) {
    if (value === null) pen = false;
    else {
      path += `${pen ? "L" : "M"}${(index * step).toFixed(1)} ${height(value).toFixed(1)}`;
      // A lone value is a dot.
      if (!pen && (values[index + 1] ?? null) === null) path += "h1";
      pen = true;
    }
  }
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="h-5 w-24 overflow-visible"
    >
      <path d={path} fill="none" stroke={color} strokeWidth={1} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
