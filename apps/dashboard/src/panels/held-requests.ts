import { useMemo, useState } from "react";
import type { RequestUpdate } from "@/services";

export interface HeldRequests {
  readonly rows: readonly RequestUpdate[];
  /** How many arrived since the list was held. */
  readonly waiting: number;
  readonly hold: () => void;
  readonly release: () => void;
}

/** What is shown of `requests` while `frozen` is held: its rows as they are now, older ones below. */
export function whileHeld(
  requests: readonly RequestUpdate[],
  frozen: readonly RequestUpdate[],
): { rows: readonly RequestUpdate[]; waiting: number } {
  const latest = new Map(requests.map((request) => [request.id, request]));
  const known = new Set(frozen.map(({ id }) => id));
  const oldest = frozen.at(-1)?.created ?? Number.POSITIVE_INFINITY;
  const others = requests.filter(({ id }) => !known.has(id));
  const older = others.filter(({ created }) => created < oldest);
  return {
    rows: [...frozen.map((request) => latest.get(request.id) ?? request), ...older],
    waiting: others.length - older.length,
  };
}

/**
 * A list, newest first, that can be held still while it is read: rows stay where they are and keep
 * growing, new ones wait and are counted.
 */
export function useHeldRequests(requests: readonly RequestUpdate[]): HeldRequests {
  const [frozen, setFrozen] = useState<readonly RequestUpdate[] | null>(null);
  return useMemo(() => {
    const hold = (): void => setFrozen((already) => already ?? requests);
    const release = (): void => setFrozen(null);
    const shown = frozen ? whileHeld(requests, frozen) : { rows: requests, waiting: 0 };
    return { ...shown, hold, release };
  }, [requests, frozen]);
}
