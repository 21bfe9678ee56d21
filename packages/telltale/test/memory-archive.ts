import { HASH_WORDS } from "../src/id-hash.ts";
import type { Asked, IdArchive, Leaving, Span } from "../src/ids/port.ts";

/** An archive in memory, of what is looked up in it. */
export class MemoryArchive implements IdArchive {
  /** Ids that it was asked for so far. */
  asked = 0;
  failing = false;
  readonly #put: (Span & { readonly keys: ReadonlySet<string> })[] = [];

  async put({ from, to, parts }: Leaving): Promise<boolean> {
    const keys = new Set<string>();
    for (const { placed } of parts()) {
      for (let i = 0; i < placed.length; i += HASH_WORDS) {
        keys.add(placed.slice(i, i + HASH_WORDS).join());
      }
    }
    this.#put.push({ from, to, keys });
    return true;
  }

  async find(asked: readonly Asked[]): Promise<ReadonlySet<Asked>> {
    if (this.failing) throw new Error("The disk is gone");
    this.asked += asked.length;
    const has = ({ hash, from, to }: Asked): boolean =>
      this.#put.some((one) => from <= one.to && to >= one.from && one.keys.has(hash.join()));
    return new Set(asked.filter(has));
  }

  forget = () => Promise.resolve();
}
