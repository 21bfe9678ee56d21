/** Largest relative error of a quantile; as coarse as "within 1%" allows, for these are kept for years. */
const ACCURACY = 0.0099;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 1e-3;
const LARGEST = 1e9;
const OFFSET = Math.ceil(Math.log(SMALLEST) / LOG_GAMMA);
const BUCKETS = Math.ceil(Math.log(LARGEST) / LOG_GAMMA) - OFFSET + 2;

/** The bucket of a value as an SQL expression; null stays null. Bucket 0 holds all up to 1e-3. */
export function bucketSql(value: string): string {
  const place = `ceil(ln(${value}) / ${LOG_GAMMA}) - ${OFFSET - 1}`;
  return `CASE WHEN ${value} <= ${SMALLEST} THEN 0 WHEN ${value} > 0 THEN least(${place}, ${BUCKETS - 1})::INTEGER END`;
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (2 * GAMMA ** (bucket - 1 + OFFSET)) / (GAMMA + 1);
}

/** A bucket and how many values are in it. */
export type Count = readonly [bucket: number, count: number];

/** The counts in `{"bucket": count}`, as the engine writes a histogram; none in anything else. */
export function countsOf(json: unknown): Count[] {
  const parsed: unknown = typeof json === "string" ? JSON.parse(json) : null;
  if (typeof parsed !== "object" || parsed === null) return [];
  // Keys that are whole numbers come in ascending order.
  return Object.entries(parsed).map(([bucket, count]) => [Number(bucket), Number(count)]);
}

/**
 * Counts by bucket, ascending, as pairs of LEB128 numbers: the step from the bucket before, and the
 * count, twice, less one if negative. What is taken back counts negative.
 */
export function encodeCounts(counts: Iterable<Count>): Uint8Array {
  const bytes: number[] = [];
  const put = (value: number): void => {
    let rest = value;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  let last = 0;
  for (const [bucket, count] of counts) {
    put(bucket - last);
    put(count < 0 ? -2 * count - 1 : 2 * count);
    last = bucket;
  }
  return Uint8Array.from(bytes);
}

/**
 * Quantiles of non-negative values from counts in logarithmic buckets (DDSketch: Masson, Rim and
 * Lee, VLDB 2019), within 1% for values between 1e-3 and 1e9. What was counted apart adds up.
 */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #lowest = BUCKETS;
  #highest = -1;

  add(bucket: number, count: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#total += count;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
  }

  addCounts(counts: readonly Count[]): void {
    for (const [bucket, count] of counts) this.add(bucket, count);
  }

  addEncoded(bytes: Uint8Array): void {
    let at = 0;
    let bucket = 0;
    const take = (): number => {
      let value = 0;
      let scale = 1;
      for (;;) {
        const byte = bytes[at++] ?? 0;
        value += (byte & 127) * scale;
        if (byte < 128) return value;
        scale *= 128;
      }
    };
    while (at < bytes.length) {
      bucket += take();
      const count = take();
      this.add(bucket, count % 2 === 0 ? count / 2 : -(count + 1) / 2);
    }
  }

  /** The value at rank `ceil(q * total)`; null when empty. */
  quantile(q: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (let bucket = this.#lowest; bucket < this.#highest; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return middleOf(bucket);
    }
    return middleOf(this.#highest);
  }

  clear(): void {
    if (this.#total > 0) this.#counts.fill(0, this.#lowest, this.#highest + 1);
    this.#total = 0;
    this.#lowest = BUCKETS;
    this.#highest = -1;
  }
}
