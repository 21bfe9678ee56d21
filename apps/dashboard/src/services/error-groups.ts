import type { ErrorUpdate } from "@/services";
import { get, query } from "./rest.ts";

/** Errors that are the same but for numbers, ids and addresses. */
export interface ErrorGroup {
  readonly fingerprint: string;
  readonly error_type: string;
  readonly provider: string | null;
  /** With what varies replaced, such as `<number>`. */
  readonly message: string;
  /** The newest message as it came. */
  readonly example: string;
  readonly newest_request_id: string;
  readonly severity: ErrorUpdate["severity"];
  readonly count: number;
  /** Unix ms, within the range. */
  readonly first_seen: number;
  readonly last_seen: number;
  readonly status_codes: readonly number[];
  readonly models: readonly { readonly model: string; readonly count: number }[];
  readonly user_count: number;
  readonly users: readonly string[];
  /** `[start of the step in Unix ms, errors]`. */
  readonly trend: readonly (readonly [number, number])[];
  /** Finds them, in the filter language. */
  readonly q: string;
}

export interface ErrorGroups {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Of the trends. */
  readonly step_ms: number;
  readonly groups: readonly ErrorGroup[];
  /** All errors of the range, in the groups shown or not. */
  readonly total: number;
}

export async function fetchErrorGroups(
  { from, to, points }: { from: number; to: number; points: number },
  signal: AbortSignal,
): Promise<ErrorGroups> {
  const search = query({ from, to, points, limit: 200 });
  return (await get(`/api/v1/errors/groups?${search}`, signal)) as ErrorGroups;
}
