import type { ReactNode } from "react";
import type { SystemUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { count, type Maybe } from "../format/number.ts";
import { Meter } from "./Meter.tsx";

interface HostFiguresProps {
  readonly system: SystemUpdate | null;
}

/** How full the host is, and how much work it has. */
export function HostFigures({ system }: HostFiguresProps) {
  return (
    <ul className="panel grid grid-cols-2 gap-px overflow-hidden bg-line lg:grid-cols-4">
      <Cell name="CPU" value={system?.cpu_usage} unit="percentage">
        <Fullness label="CPU" value={system?.cpu_usage} />
      </Cell>
      <Cell name="Memory" value={system?.memory_usage} unit="percentage">
        <Fullness label="Memory" value={system?.memory_usage} />
      </Cell>
      <Cell name="Disk" value={system?.disk_usage} unit="percentage">
        <Fullness label="Disk" value={system?.disk_usage} />
      </Cell>
      <Cell name="Running requests" value={system?.active_workers} unit="count">
        <p className="text-12 text-faint numbers">
          {system ? `${count(system.queue_size)} waiting in the queue` : ""}
        </p>
      </Cell>
    </ul>
  );
}

interface CellProps {
  readonly name: string;
  readonly value: Maybe;
  readonly unit: "percentage" | "count";
  readonly children: ReactNode;
}

function Cell({ name, value, unit, children }: CellProps) {
  return (
    <li className="min-w-0 bg-surface px-4 py-3.5">
      <p className="truncate text-12 text-muted">{name}</p>
      <Figure
        value={value}
        unit={unit}
        reason="The server does not report it"
        className="mb-2 block text-20 font-semibold tracking-[-0.02em] sm:text-28"
      />
      {children}
    </li>
  );
}

function Fullness({ label, value }: { readonly label: string; readonly value: Maybe }) {
  if (typeof value !== "number") return null;
  return <Meter label={label} value={value} />;
}
