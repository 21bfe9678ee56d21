import { Link } from "@tanstack/react-router";
import { useSystemHealth } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { Meter } from "./Meter.tsx";
import { Nothing, Panel } from "./Panel.tsx";

/** The host in a glance. */
export function SystemStrip() {
  const { health } = useSystemHealth();
  return (
    <Panel
      title="System"
      action={
        <Link
          to="/system"
          className="rounded-inner text-12 text-accent hover:underline max-md:py-3"
        >
          Details
        </Link>
      }
    >
      {health ? (
        <ul className="grid grid-cols-2 gap-x-6 gap-y-4 border-t border-line p-4 lg:grid-cols-4 lg:gap-x-10">
          <Usage label="CPU" value={health.cpu_usage} />
          <Usage label="Memory" value={health.memory_usage} />
          <Usage label="Disk" value={health.disk_usage} />
          {health.gpu_usage === undefined ? (
            <li className="flex items-baseline justify-between gap-2">
              <span className="text-12 text-muted">Queue</span>
              <span className="font-medium">
                <Figure value={health.queue_size} unit="count" reason="Not reported" />
                <span className="ml-1 text-12 font-normal text-faint">waiting</span>
              </span>
            </li>
          ) : (
            <Usage label="GPU" value={health.gpu_usage} />
          )}
        </ul>
      ) : (
        <Nothing>No system figures yet.</Nothing>
      )}
    </Panel>
  );
}

function Usage({ label, value }: { readonly label: string; readonly value: number }) {
  return (
    <li>
      <div className="mb-1.5 flex items-baseline justify-between gap-2">
        <span className="text-12 text-muted">{label}</span>
        <Figure value={value} unit="percentage" reason="Not reported" className="font-medium" />
      </div>
      <Meter label={label} value={value} />
    </li>
  );
}
