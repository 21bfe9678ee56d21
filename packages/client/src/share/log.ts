import { type AnyEnvelope, parsePosition, type Snapshot } from "@telltale/protocol";
import type { Connection, Transition } from "../connection.ts";
import type { TransportName } from "../transport/transport.ts";

/** How a connection stands, for tabs that do not hold it. */
export interface Standing {
  readonly state: Connection;
  readonly transport: TransportName;
  readonly ended: Transition["ended"];
}

/** What happens to the connection of a leader. Whoever does the same in the same order is the same. */
export type Entry =
  /** Another tab holds the connection from here on, and goes on from this position. */
  | readonly ["lead", string | undefined]
  | readonly ["opened", TransportName]
  | readonly ["frame", unknown]
  | readonly ["heard"]
  | readonly ["gone"]
  | readonly ["switched", TransportName]
  | readonly ["state", Standing]
  | readonly ["latency", number]
  /** It stands elsewhere than the frames say; or the next state replaces all there is. */
  | readonly ["place", string | undefined, boolean];

/** A place in what a leader tells: its `n`th entry. */
export interface Cursor {
  readonly term: string;
  readonly n: number;
}

export interface LogRecord extends Cursor {
  readonly entry: Entry;
}

/** As much as a server keeps for those who come back; in characters, as much as it queues for one. */
const MOST_RECORDS = 2_000;
const MOST_CHARACTERS = 1_000_000;
const LEAST_WEIGHT = 50;

function weigh({ entry }: LogRecord): number {
  const [, content] = entry;
  return LEAST_WEIGHT + (typeof content === "string" ? content.length : 0);
}

/** The newest of what leaders told. */
export class Log {
  readonly #read: (frame: unknown) => AnyEnvelope[];
  #records: LogRecord[] = [];
  #weight = 0;
  /** It holds all that was ever read here. */
  #complete = true;

  /** @param read gives the envelopes of a frame */
  constructor(read: (frame: unknown) => AnyEnvelope[]) {
    this.#read = read;
  }

  get complete(): boolean {
    return this.#complete;
  }

  get records(): readonly LogRecord[] {
    return this.#records;
  }

  get end(): Cursor | undefined {
    const last = this.#records.at(-1);
    return last && { term: last.term, n: last.n };
  }

  add(record: LogRecord): void {
    this.#records.push(record);
    this.#weight += weigh(record);
    while (this.#records.length > MOST_RECORDS || this.#weight > MOST_CHARACTERS) {
      // The end is needed to say where it is, however long it is.
      if (this.#records.length < 2) break;
      this.#complete = false;
      const first = this.#records.shift();
      this.#weight -= first ? weigh(first) : 0;
    }
  }

  replace(records: readonly LogRecord[], complete: boolean): void {
    this.#records = [];
    this.#weight = 0;
    for (const record of records) this.add(record);
    this.#complete = complete;
  }

  /**
   * What to tell somebody who has read up to there; `undefined` when that is not known any more. Who has
   * read more of an earlier leader than the one who followed it is told from where that one took over.
   */
  after({ term, n }: Cursor): readonly LogRecord[] | undefined {
    const last = this.#records.findLastIndex((one) => one.term === term && one.n <= n);
    return last < 0 ? undefined : this.#records.slice(last + 1);
  }

  /**
   * The messages read since a position, the newest first, and what states told that were read since;
   * `undefined` when not all of them are known any more.
   */
  messagesSince(position: string): readonly AnyEnvelope[] | undefined {
    const later: AnyEnvelope[] = [];
    for (const { entry } of [...this.#records].reverse()) {
      const [kind, content] = entry;
      if (kind === "place" && content && reaches(position, content)) return later;
      if (kind !== "frame") continue;
      for (const message of this.#read(content).reverse()) {
        const at = positionOf(message);
        if (typeof at === "string" && reaches(position, at)) return later;
        if (message.type === "init") later.push(...told(message));
        else later.push(message);
      }
    }
    return this.#complete ? later : undefined;
  }
}

/** Whether a position is at or after another of the same life of a server. */
export function reaches(position: string, other: string): boolean {
  if (position === other) return true;
  const [a, b] = [parsePosition(position), parsePosition(other)];
  return a !== undefined && b !== undefined && a.epoch === b.epoch && a.tick >= b.tick;
}

/** The events of a state, as they would have come one by one. */
function told({ timestamp, data }: AnyEnvelope): AnyEnvelope[] {
  const { requests = [], errors = [] } =
    (data as { snapshot?: Partial<Snapshot> } | null | undefined)?.snapshot ?? {};
  return [
    ...requests.map((one) => ({ type: "request_update", timestamp, data: one })),
    ...errors.map((one) => ({ type: "error_update", timestamp, data: one })),
  ];
}

function positionOf({ type, data, metadata }: AnyEnvelope): unknown {
  const told = (metadata as { position?: unknown } | null | undefined)?.position;
  if (told !== undefined || type !== "init") return told;
  return (data as { position?: unknown } | null | undefined)?.position;
}
