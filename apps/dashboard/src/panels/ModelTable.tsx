import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useState } from "react";
import type { ModelUpdate } from "@/services";
import { ModelName } from "./ModelName.tsx";
import { type ModelColumn, ModelFigure, modelColumns } from "./model-columns.tsx";

/** What its figures are of, whatever range the page shows. */
export const OF_MODELS = "Percentiles over 5 min, counts since the beginning";

interface Order {
  readonly key: string;
  readonly down: boolean;
}

interface ModelTableProps {
  readonly models: readonly ModelUpdate[];
  readonly compact?: boolean;
}

/** Unknown comes last whichever way the rest is ordered. */
function sorted(models: readonly ModelUpdate[], { key, down }: Order): ModelUpdate[] {
  const column = modelColumns.find((candidate) => candidate.key === key);
  return [...models].sort((a, b) => {
    if (!column) return a.model.localeCompare(b.model) * (down ? -1 : 1);
    const one = column.value(a) ?? null;
    const other = column.value(b) ?? null;
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
    return (down ? other - one : one - other) || a.model.localeCompare(b.model);
  });
}

/** Models side by side, ordered by any column. */
export function ModelTable({ models, compact }: ModelTableProps) {
  const [order, setOrder] = useState<Order>({ key: "requests", down: true });
  const rows = useMemo(() => sorted(models, order), [models, order]);
  const columns = compact ? modelColumns.filter((column) => column.compact) : modelColumns;
  const sortBy = (key: string): void =>
    setOrder((now) => ({ key, down: now.key === key ? !now.down : key !== "model" }));
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full numbers">
        <thead>
          <tr className="border-t border-line text-12 text-faint">
            <Heading name="Model" id="model" order={order} onSort={sortBy} />
            {columns.map((column) => (
              <Heading
                key={column.key}
                name={column.name}
                id={column.key}
                order={order}
                onSort={sortBy}
                numeric
                className={narrow(column)}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((model) => (
            <tr
              key={model.model}
              className="row relative border-t border-line hover:bg-raised max-md:h-16"
            >
              <th
                scope="row"
                className="w-full max-w-0 min-w-20 pr-2 pl-4 md:min-w-36 text-left font-normal"
              >
                <Link
                  to="/models/$model"
                  params={{ model: model.model }}
                  // On a phone above its figures, which leave it no room beside them.
                  className="block hover:underline max-md:absolute max-md:inset-x-4 max-md:top-2"
                >
                  <ModelName model={model.model} />
                </Link>
              </th>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={`px-2 text-right whitespace-nowrap last:pr-4 max-md:pt-7 md:px-3 ${narrow(column)}`}
                >
                  <ModelFigure column={column} model={model} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function narrow(column: ModelColumn): string {
  return column.always ? "" : "max-md:hidden";
}

interface HeadingProps {
  readonly name: string;
  readonly id: string;
  readonly order: Order;
  readonly onSort: (id: string) => void;
  readonly numeric?: boolean;
  readonly className?: string;
}

function Heading({ name, id, order, onSort, numeric, className = "" }: HeadingProps) {
  const active = order.key === id;
  const Arrow = order.down ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={active ? (order.down ? "descending" : "ascending") : "none"}
      className={`h-8 font-normal whitespace-nowrap ${numeric ? "px-2 text-right last:pr-4 md:px-3" : "pr-3 pl-4 text-left"} ${className}`}
    >
      <button
        type="button"
        onClick={() => onSort(id)}
        className={`inline-flex h-8 items-center gap-1 hover:text-ink max-md:h-11 ${active ? "text-ink" : ""} ${numeric ? "flex-row-reverse" : ""}`}
      >
        {name}
        <Arrow size={12} aria-hidden="true" className={active ? "" : "invisible max-md:hidden"} />
      </button>
    </th>
  );
}
