import type { ErrorUpdate, ModelUpdate, Snapshot } from "@telltale/protocol";
import type { Limits } from "../access/limits.ts";
import type { RequestEvent } from "../event.ts";
import type { HistoryStore } from "../history/store.ts";
import type { Intake } from "../intake.ts";

/** What the read API shows. */
export interface ApiSources {
  readonly store: HistoryStore;
  readonly now: () => number;
  readonly snapshot: () => Snapshot & { position: string };
  readonly models: () => ModelUpdate[];
  readonly errors: () => ErrorUpdate[];
  /** Requests that run now; those of the proxy are not in the store. */
  readonly running: () => Iterable<RequestEvent>;
  /** What is imported goes the way of everything else. */
  readonly intake: Intake;
  readonly limits: Limits;
  /** Files that are made or read in between are in its folder `scratch`. */
  readonly dataDir: string;
}
