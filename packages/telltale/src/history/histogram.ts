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

  /** Adds `length` counts, which begin at `first` and `firstCount`, to the buckets beside them. */
  addAll(
    buckets: Uint16Array,
    first: number,
    counts: Int32Array,
    firstCount: number,
    length: number,
  ): void {
    // All in locals: this is where reading long series spends its time.
    const own = this.#counts;
    let total = 0;
    let lowest = this.#lowest;
    let highest = this.#highest;
    for (let i = 0; i < length; i++) {
      const bucket = buckets[first + i] ?? 0;
      const count = counts[firstCount + i] ?? 0;
      own[bucket] = (own[bucket] ?? 0) + count;
      total += count;
      if (bucket < lowest) lowest = bucket;
      if (bucket > highest) highest = bucket;
    }
    this.#total += total;
    this.#lowest = lowest;
    this.#highest = highest;
  }

  /** The value at rank `ceil(q * total)`; null when empty. */
  quantile(q: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.max(1, Math.ceil(q * this.#total));
    // From above: high percentiles are asked for most.
    let above = this.#total - rank;
    const [counts, lowest] = [this.#counts, this.#lowest];
    for (let bucket = this.#highest; bucket > lowest; bucket--) {
      above -= counts[bucket] ?? 0;
      if (above < 0) return middleOf(bucket);
    }
    return middleOf(lowest);
  }

  clear(): void {
    if (this.#total > 0) this.#counts.fill(0, this.#lowest, this.#highest + 1);
    this.#total = 0;
    this.#lowest = BUCKETS;
    this.#highest = -1;
  }
}
