import type { Connection, Transition } from "./connection.ts";

/** What happens to a connection, for whoever reads from it and for those who listen in. */
export interface DriverEvents {
  opened(): void;
  frame(frame: unknown): void;
  heard(): void;
  /** The link is gone, whoever ended it. */
  gone(): void;
  /** Another link took the place of the one there was. */
  switched(): void;
  /** Somebody returned to a connection that looks open. */
  probe(): void;
  /** A round trip was measured, ms. */
  latency(ms: number): void;
  /** The state changed, and every effect of it is done. */
  changed(before: Connection, ended: Transition["ended"]): void;
}
