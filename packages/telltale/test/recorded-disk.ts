import type { Step } from "./recorded-steps.ts";

/** What a disk writes whole or not at all, bytes. */
const SECTOR = 512;

type Change = Extract<Step, { kind: "write" | "truncate" }>;

/** The bytes of a file. */
class Content {
  #bytes = Buffer.alloc(0);
  #length = 0;

  copy(): Content {
    const copy = new Content();
    copy.#bytes = Buffer.from(this.bytes);
    copy.#length = this.#length;
    return copy;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @param part how many bytes of a write, from its beginning */
  apply(change: Change, part = Number.POSITIVE_INFINITY): void {
    if (change.kind === "truncate") {
      this.#reach(change.length);
      this.#bytes.fill(0, change.length);
      this.#length = change.length;
      return;
    }
    const bytes = change.bytes.subarray(0, part);
    const at = change.at ?? this.#length;
    this.#reach(at + bytes.length);
    bytes.copy(this.#bytes, at);
  }

  #reach(length: number): void {
    if (length > this.#bytes.length) {
      const wider = Buffer.alloc(Math.max(length, 2 * this.#bytes.length));
      this.bytes.copy(wider);
      this.#bytes = wider;
    }
    this.#length = Math.max(this.#length, length);
  }
}

interface Pending<T> {
  readonly step: number;
  readonly what: T;
}

type Naming = (names: Map<string, number>) => void;

/** Files by name, as a recording leaves them. */
export type Files = ReadonlyMap<string, Buffer>;

/**
 * A disk that takes the steps of a recording one by one, and knows which of them are lasting. A sync
 * also makes lasting what names files had before it, as journals do.
 */
export class RecordedDisk {
  #steps = 0;
  readonly #lasting = new Map<number, Content>();
  readonly #pending = new Map<number, Pending<Change>[]>();
  readonly #names = new Map<string, number>();
  #naming: Pending<Naming>[] = [];

  take(step: Step): void {
    switch (step.kind) {
      case "make":
        this.#name((names) => names.set(step.name, step.inode));
        break;
      case "unlink":
        this.#name((names) => names.delete(step.name));
        break;
      case "rename":
        this.#name((names) => {
          const inode = names.get(step.from);
          names.delete(step.from);
          if (inode !== undefined) names.set(step.to, inode);
        });
        break;
      case "write":
      case "truncate": {
        const changes = this.#pending.get(step.inode) ?? [];
        changes.push({ step: this.#steps, what: step });
        this.#pending.set(step.inode, changes);
        break;
      }
      case "sync":
        this.#sync(step.inode, step.since);
        break;
      case "say":
        break;
    }
    this.#steps++;
  }

  /** As the process itself sees it. */
  get files(): Files {
    return this.#filesWith(this.#naming.length, (content, changes) => {
      for (const { what } of changes) content.apply(what);
    });
  }

  /**
   * As a power cut may leave it now: what was synced. Of what was not, names as far as some moment;
   * of what was appended to a file, a part from its beginning; of other writes, any, whole or as far
   * as some sector.
   */
  cut(random: () => number): Files {
    const below = (end: number): number => Math.floor(random() * end);
    return this.#filesWith(below(this.#naming.length + 1), (content, changes) => {
      for (const { what } of changes) {
        const reached = random();
        if (reached < 0.5) content.apply(what);
        else if (what.kind === "write" && what.at !== null) {
          if (reached < 0.75) content.apply(what, SECTOR * below(what.bytes.length / SECTOR));
        } else {
          if (what.kind === "write") content.apply(what, below(what.bytes.length));
          return;
        }
      }
    });
  }

  #filesWith(
    namings: number,
    apply: (content: Content, changes: readonly Pending<Change>[]) => void,
  ): Files {
    const names = new Map(this.#names);
    for (const { what } of this.#naming.slice(0, namings)) what(names);
    const files = new Map<string, Buffer>();
    for (const [name, inode] of names) {
      const content = this.#lasting.get(inode)?.copy() ?? new Content();
      apply(content, this.#pending.get(inode) ?? []);
      files.set(name, content.bytes);
    }
    return files;
  }

  #name(naming: Naming): void {
    this.#naming.push({ step: this.#steps, what: naming });
  }

  #sync(inode: number | null, since: number): void {
    for (const { step, what } of this.#naming) if (step < since) what(this.#names);
    this.#naming = this.#naming.filter(({ step }) => step >= since);
    if (inode === null) return;
    const content = this.#lasting.get(inode) ?? new Content();
    this.#lasting.set(inode, content);
    const changes = this.#pending.get(inode) ?? [];
    for (const { step, what } of changes) if (step < since) content.apply(what);
    this.#pending.set(
      inode,
      changes.filter(({ step }) => step >= since),
    );
  }
}
