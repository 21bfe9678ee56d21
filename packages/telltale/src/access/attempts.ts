/** Failed attempts of one address within {@link WINDOW} before it has to wait. */
const MOST = 10;
/** ms */
const WINDOW = 60_000;
/** Addresses remembered; the one heard of longest ago goes for a new one. */
const ADDRESSES = 10_000;

interface Failures {
  readonly since: number;
  count: number;
}

/** How often each address has presented a key that is none. Its memory is bounded. */
export class Attempts {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#failures.size;
  }

  /**
   * Counts a failure.
   *
   * @returns s to wait, once there are too many; else undefined
   */
  fail(address: string): number | undefined {
    const now = this.#now();
    const key = networkOf(address);
    let failures = this.#failures.get(key);
    this.#failures.delete(key);
    if (failures === undefined || now - failures.since >= WINDOW) {
      failures = { since: now, count: 0 };
    }
    failures.count++;
    this.#failures.set(key, failures);
    if (this.#failures.size > ADDRESSES) {
      const [oldest] = this.#failures.keys();
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
    if (failures.count <= MOST) return undefined;
    return Math.max(1, Math.ceil((failures.since + WINDOW - now) / 1000));
  }
}

/** Of IPv6 the network: one subscriber has as many addresses in it as they like. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::", 2);
  const groups = head === "" ? [] : head.split(":");
  const behind = tail ? tail.split(":").length : 0;
  if (tail !== undefined) while (groups.length + behind < 8) groups.push("0");
  return groups.slice(0, 4).join(":");
}
