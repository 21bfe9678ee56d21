import type { Hub } from "./hub.ts";
import type { Control, Fault } from "./up.ts";

/** What one connection listens to: now, or a past of its own. */
export interface Source {
  readonly hub: Hub;
  /** Client messages that are acted on. */
  readonly capabilities: readonly string[];
  /** Does what a message asks of a replay; says what is wrong with it. */
  heed?(control: Control): Fault | undefined;
  /** The connection has ended. */
  release?(): void;
}
