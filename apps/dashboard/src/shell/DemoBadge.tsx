import { FlaskConical } from "lucide-react";
import { useLive } from "../services/live.tsx";

function useDemo(): boolean {
  const { metrics, recentRequests } = useLive();
  return metrics?.demo === true || recentRequests.some((request) => request.demo);
}

/** The same where the header has no room for it. */
export function DemoStrip() {
  if (!useDemo()) return null;
  return (
    <p className="flex h-7 items-center justify-center gap-1.5 border-t border-demo/30 bg-demo-soft text-12 font-medium text-demo md:hidden">
      <FlaskConical size={12} aria-hidden="true" />
      Demo data
    </p>
  );
}

/** Says so wherever some of what is shown was made up, so that nobody mistakes it for their service. */
export function DemoBadge() {
  if (!useDemo()) return null;
  return (
    <span
      title="Some of this traffic was made by the demo generator."
      className="flex h-6 shrink-0 max-md:hidden items-center gap-1.5 rounded-full border border-demo/40 bg-demo-soft px-2.5 text-12 font-medium text-demo"
    >
      <FlaskConical size={12} aria-hidden="true" />
      Demo data
    </span>
  );
}
