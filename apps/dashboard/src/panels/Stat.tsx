import type { ReactNode } from "react";
import { Figure } from "../format/Figure.tsx";
import type { Maybe } from "../format/number.ts";
import type { UnitName } from "../format/unit.ts";

interface StatProps {
  readonly label: string;
  /** The time it is of, where that is not the page's range. */
  readonly span?: string;
  readonly value: Maybe;
  readonly unit: UnitName;
  readonly reason: string;
  /** In a row of two it takes both places. */
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

/** A figure that can be read from across the room, with its label above and what it rests on below. */
export function Stat({ label, span, value, unit, reason, wide, children }: StatProps) {
  return (
    <div className={`min-w-0 bg-surface px-4 py-3.5 ${wide ? "max-xl:col-span-2" : ""}`}>
      <dt className="text-12 text-muted">
        <span>{label}</span>
        {span && <span className="whitespace-nowrap text-faint"> · {span}</span>}
      </dt>
      <dd>
        <Figure
          value={value}
          unit={unit}
          reason={reason}
          className="block truncate text-20 font-semibold tracking-[-0.02em] sm:text-28"
        />
        <span className="block text-12 text-faint numbers sm:truncate">{children}</span>
      </dd>
    </div>
  );
}
