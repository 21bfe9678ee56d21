import { BUCKETS, type Sketch } from "./sketch.ts";

/** Values that are listed before counts of all buckets take less room. */
const MOST_LISTED = 2 * BUCKETS;

/** How often each bucket of a sketch was met: two bytes a value, and never more than counts take. */
export class Tally {
  #listed: Uint16Array | null = new Uint16Array(8);
  #length = 0;
  #counts: Uint32Array | null = null;

  add(bucket: number): void {
    if (this.#listed === null) this.#count(bucket, 1);
    else if (this.#length < this.#listed.length) this.#listed[this.#length++] = bucket;
    else {
      this.#grow(this.#listed);
      this.add(bucket);
    }
  }

  /** Whether there was one to take out. */
  remove(bucket: number): boolean {
    if (this.#listed === null) {
      if ((this.#counts?.[bucket] ?? 0) === 0) return false;
      this.#count(bucket, -1);
      return true;
    }
    const at = this.#listed.subarray(0, this.#length).indexOf(bucket);
    if (at < 0) return false;
    this.#length--;
    this.#listed[at] = this.#listed[this.#length] ?? 0;
    return true;
  }

  takeFrom(sketch: Sketch): void {
    for (const bucket of this.#listed?.subarray(0, this.#length) ?? []) sketch.remove(bucket);
    this.#counts?.forEach((count, bucket) => {
      if (count > 0) sketch.remove(bucket, count);
    });
  }

  #grow(listed: Uint16Array): void {
    if (2 * listed.length <= MOST_LISTED) {
      this.#listed = new Uint16Array(2 * listed.length);
      this.#listed.set(listed);
      return;
    }
    this.#counts = new Uint32Array(BUCKETS);
    this.#listed = null;
    for (const bucket of listed) this.#count(bucket, 1);
  }

  #count(bucket: number, by: 1 | -1): void {
    if (this.#counts !== null) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + by;
  }
}
