import { FlaskConical } from "lucide-react";
import { useLive } from "../services/live.tsx";

/** Says so wherever some of what is shown was made up, so that nobody mistakes it for their service. */
export function DemoBadge() {
  const { metrics, recentRequests } = useLive();
  if (!metrics?.demo && !recentRequests.some((request) => request.demo)) return null;
  return (
    <span
      title="Some of this traffic was made by the demo generator."
      className="flex h-6 shrink-0 items-center gap-1.5 rounded-full border border-demo/40 bg-demo-soft px-2.5 text-12 font-medium text-demo"
    >
      <FlaskConical size={12} aria-hidden="true" />
      Demo data
    </span>
  );
}
