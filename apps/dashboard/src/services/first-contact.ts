import { useTelltaleState } from "@/services";
import { useLive } from "./live.tsx";

/** *waiting* before the server has said anything, *empty* while no request was ever seen. */
export type FirstContact = "waiting" | "empty" | "data";

export function useFirstContact(): FirstContact {
  const { metrics, recentRequests, models } = useLive();
  const past = useTelltaleState((state) => state.replay !== null);
  if (metrics === null && recentRequests.length === 0 && models.size === 0) return "waiting";
  // Before the first request there was nothing: that is a time like any other, not a first run.
  if (past) return "data";
  const seen = (metrics?.total_requests ?? 0) > 0 || (metrics?.in_flight ?? 0) > 0;
  return seen || recentRequests.length > 0 || models.size > 0 ? "data" : "empty";
}
