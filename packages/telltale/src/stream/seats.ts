/** Fractional part of the golden ratio: of all steps the one whose points lie most evenly. */
const STEP = 0.6180339887498949;

/**
 * Who is here, each on the lowest seat that was free: a set that numbers its members without leaving
 * gaps for long. So the phases of those that are here lie evenly, however others came and went.
 */
export class Seats<T> {
  readonly #seatOf = new Map<T, number>();
  readonly #taken = new Set<number>();
  /** No seat below is free. */
  #lowest = 0;

  get size(): number {
    return this.#seatOf.size;
  }

  add(member: T): void {
    if (this.#seatOf.has(member)) return;
    while (this.#taken.has(this.#lowest)) this.#lowest++;
    this.#taken.add(this.#lowest);
    this.#seatOf.set(member, this.#lowest);
  }

  delete(member: T): void {
    const seat = this.#seatOf.get(member);
    if (seat === undefined) return;
    this.#seatOf.delete(member);
    this.#taken.delete(seat);
    this.#lowest = Math.min(this.#lowest, seat);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#seatOf.keys();
  }

  /** The seat as a number in [0, 1), by a Kronecker sequence; `undefined` for who is not here. */
  phase(member: T): number | undefined {
    const seat = this.#seatOf.get(member);
    return seat === undefined ? undefined : ((seat + 1) * STEP) % 1;
  }
}
