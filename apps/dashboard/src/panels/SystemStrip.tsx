import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSystemHealth } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { isKnown, type Maybe } from "../format/number.ts";
import { useLive } from "../services/live.tsx";
import { Meter } from "./Meter.tsx";
import { Nothing, Panel } from "./Panel.tsx";

/** What requests wait for, in the order in which it runs short: queue, cache, GPU, host. */
export function SystemStrip() {
  const { health } = useSystemHealth();
  const { kvCache } = useLive();
  const { unknown = [], engines = 1 } = kvCache ?? {};
  // Nothing is looked up where no engine reports a cache.
  const ofCache = (name: "usage" | "hit_rate"): Maybe =>
    !kvCache || engines === 0 || unknown.includes(name) ? null : kvCache[name];
  return (
    <Panel
      title="System"
      action={
        <Link
          to="/system"
          className="rounded-inner text-12 text-accent hover:underline max-md:py-3.5"
        >
          Details
        </Link>
      }
    >
      {health ? (
        <ul className="grid grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))] gap-x-8 gap-y-4 border-t border-line p-4">
          <Plain label="Queue" note="waiting">
            <Figure value={health.queue_size} unit="count" reason="Not reported" />
          </Plain>
          <Usage label="KV cache" share={ofCache("usage")} />
          {isKnown(ofCache("hit_rate")) && (
            <Plain label="Prefix cache" note="hits">
              <Figure value={ofCache("hit_rate")} unit="share" reason="Not reported" />
            </Plain>
          )}
          <Usage label="GPU" value={health.gpu_usage} alarm={false} />
          <Usage label="CPU" value={health.cpu_usage} />
          <Usage label="Memory" value={health.memory_usage} />
          <Usage label="Disk" value={health.disk_usage} />
        </ul>
      ) : (
        <Nothing>No system figures yet.</Nothing>
      )}
    </Panel>
  );
}

interface PlainProps {
  readonly label: string;
  readonly note: string;
  readonly children: ReactNode;
}

function Plain({ label, note, children }: PlainProps) {
  return (
    <li className="flex items-baseline justify-between gap-2">
      <span className="text-12 text-muted">{label}</span>
      <span className="font-medium whitespace-nowrap">
        {children}
        <span className="ml-1 text-12 font-normal text-faint">{note}</span>
      </span>
    </li>
  );
}

interface UsageProps {
  readonly label: string;
  /** 0..100. */
  readonly value?: Maybe;
  /** The same, 0..1. */
  readonly share?: Maybe;
  readonly alarm?: boolean;
}

/** Left out where nothing reports it. */
function Usage({ label, value, share, alarm = true }: UsageProps) {
  const percent = isKnown(share) ? share * 100 : value;
  if (!isKnown(percent)) return null;
  return (
    <li>
      <div className="mb-1.5 flex items-baseline justify-between gap-2">
        <span className="text-12 text-muted">{label}</span>
        <Figure value={percent} unit="percentage" reason="Not reported" className="font-medium" />
      </div>
      <Meter label={label} value={percent} alarm={alarm} />
    </li>
  );
}
