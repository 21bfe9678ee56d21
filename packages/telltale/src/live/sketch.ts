/** Largest relative error of a quantile. Half of what is promised, so that rounding never matters. */
const ACCURACY = 0.005;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 1e-3;
const LARGEST = 1e9;
const OFFSET = Math.ceil(Math.log(SMALLEST) / LOG_GAMMA);
/** Buckets of a sketch; their numbers fit 16 bits. */
export const BUCKETS: number = Math.ceil(Math.log(LARGEST) / LOG_GAMMA) - OFFSET + 2;

/**
 * The bucket of a value. Bucket 0 holds everything up to {@link SMALLEST}; values beyond
 * {@link LARGEST} share the last one.
 */
export function bucketOf(value: number): number {
  if (!(value > SMALLEST)) return 0;
  const index = Math.ceil(Math.log(value) / LOG_GAMMA) - OFFSET + 1;
  return index < BUCKETS ? index : BUCKETS - 1;
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (2 * GAMMA ** (bucket - 1 + OFFSET)) / (GAMMA + 1);
}

/**
 * Quantiles of non-negative values from counts in logarithmic buckets (DDSketch: Masson, Rim and
 * Lee, VLDB 2019). Any quantile is within 0.5% of the exact one for values between 1e-3 and 1e9.
 * Counts of two sketches add up, and what was added can be taken out again, which is what a
 * trailing window needs.
 */
export class Sketch {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #lowest = BUCKETS;
  #highest = -1;

  get total(): number {
    return this.#total;
  }

  add(bucket: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
  }

  /** Takes out `many` values, or as many as there are. */
  remove(bucket: number, many = 1): void {
    const count = this.#counts[bucket] ?? 0;
    const gone = Math.min(count, many);
    if (gone === 0) return;
    this.#counts[bucket] = count - gone;
    this.#total -= gone;
    if (this.#total === 0) {
      this.#lowest = BUCKETS;
      this.#highest = -1;
    }
  }

  merge(other: Sketch): void {
    for (let bucket = other.#lowest; bucket <= other.#highest; bucket++) {
      const count = other.#counts[bucket] ?? 0;
      if (count > 0) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    }
    this.#total += other.#total;
    this.#lowest = Math.min(this.#lowest, other.#lowest);
    this.#highest = Math.max(this.#highest, other.#highest);
  }

  /** The value at rank `ceil(q * total)`; `undefined` when empty. */
  quantile(q: number): number | undefined {
    if (this.#total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return middleOf(bucket);
    }
    return middleOf(this.#highest);
  }
}
