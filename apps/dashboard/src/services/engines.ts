import { useQuery } from "@tanstack/react-query";
import { get } from "./rest.ts";

/** One second of the engines, as `GET /api/v1/engines` has it. Absent is unknown. */
export interface EngineMoment {
  /** Unix ms. */
  readonly time: number;
  readonly active_workers: number;
  readonly queue_size: number;
  readonly engines: readonly {
    readonly name: string;
    /** 0..1 */
    readonly kv_cache_usage?: number;
    readonly tokens_per_second?: number;
  }[];
}

const REFRESH_MS = 2000;

/** The engines' last five minutes, from the server's memory; asked for while there are engines. */
export function useEngineMoments(enabled: boolean): readonly EngineMoment[] {
  const { data } = useQuery({
    queryKey: ["engines"],
    queryFn: async ({ signal }) =>
      (await get("/api/v1/engines", signal)) as { readonly history: readonly EngineMoment[] },
    enabled,
    refetchInterval: REFRESH_MS,
  });
  return data?.history ?? [];
}
