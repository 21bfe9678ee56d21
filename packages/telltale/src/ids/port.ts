/** Ids of finished requests by their hashes, as `hashIds` gives them. */
export interface KnownIds {
  readonly hashes: Uint32Array;
  /** When each was stored, Unix ms. */
  readonly storedAt: Float64Array;
}

/** From one time to another, both included, Unix ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What was stored in a stretch of time that memory has no room for any more. */
export interface Leaving extends Span {
  /** What was stored last: a history without it is not the one that these ids are of. */
  readonly last: { readonly hash: Uint32Array; readonly storedAt: number };
  /** How many ids there are at most that the time of their request leads to. */
  readonly placed: number;
  /** How many there are at most that nothing leads to. They stay in memory; after a restart they are told. */
  readonly lasting: number;
  /** All of them, some at a time. */
  parts(): Iterable<{ readonly placed: Uint32Array; readonly lasting: KnownIds }>;
}

/** An id that may have been stored in a stretch of time. */
export interface Asked extends Span {
  readonly hash: Uint32Array;
}

/** Where ids are that memory has no room for. */
export interface IdArchive {
  /** Resolves once they are kept; with false when they can not be kept now. */
  put(leaving: Leaving): Promise<boolean>;
  /** Those that are kept. */
  find(asked: readonly Asked[]): Promise<ReadonlySet<Asked>>;
  /** Forgets what was stored before `time`, Unix ms. */
  forget(time: number): Promise<void>;
}
