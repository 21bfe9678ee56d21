import { get } from "./rest.ts";

/** The host at one moment, as `GET /api/v1/host` has it; bytes since it was started. */
export interface HostMoment {
  /** Unix ms. */
  readonly time: number;
  /** 0..100 */
  readonly cpu_usage: number;
  readonly memory_usage: number;
  readonly network_in_bytes: number;
  readonly network_out_bytes: number;
}

/** What the server remembers of its host, oldest first. */
export async function fetchHost(signal: AbortSignal): Promise<readonly HostMoment[]> {
  return ((await get("/api/v1/host", signal)) as { history: HostMoment[] }).history;
}
