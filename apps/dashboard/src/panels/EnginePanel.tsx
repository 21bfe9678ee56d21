import type { Engine } from "@telltale/protocol";
import { Figure } from "../format/Figure.tsx";
import type { Maybe } from "../format/number.ts";
import type { UnitName } from "../format/unit.ts";
import { kindName } from "./engine-kinds.ts";
import { Meter } from "./Meter.tsx";
import { Panel } from "./Panel.tsx";

const NOT_REPORTED = "The engine does not report it";
const NO_TRAFFIC = "The engine does not report it, or nothing happened in the last five minutes";

interface Column {
  readonly name: string;
  /** What the heading means, on hover. */
  readonly title: string;
  readonly unit: UnitName;
  readonly value: (engine: Engine) => Maybe;
  /** The width from which it is shown. */
  readonly from?: string;
  readonly reason?: string;
}

const before: readonly Column[] = [
  {
    name: "Running",
    title: "Requests being worked on",
    unit: "count",
    value: (e) => e.running,
  },
  {
    name: "Waiting",
    title: "Requests in the engine's queue",
    unit: "count",
    value: (e) => e.waiting,
  },
];

const after: readonly Column[] = [
  {
    name: "Prefix hits",
    title: "Share of looked-up tokens that the prefix cache held, last five minutes",
    unit: "share",
    value: (e) => e.prefix_cache_hit_rate,
    from: "max-lg:hidden",
    reason: NO_TRAFFIC,
  },
  {
    name: "Output/s",
    title: "Tokens generated per second, last ten seconds",
    unit: "rate",
    value: (e) => e.tokens_per_second,
    from: "max-md:hidden",
  },
  {
    name: "Input/s",
    title: "Prompt tokens taken in per second, last ten seconds",
    unit: "rate",
    value: (e) => e.prompt_tokens_per_second,
    from: "max-xl:hidden",
  },
  {
    name: "TTFT p95",
    title: "Time to first token by the engine's own histogram, last five minutes",
    unit: "duration",
    value: (e) => e.p95_ttft_ms,
    from: "max-md:hidden",
    reason: NO_TRAFFIC,
  },
  {
    name: "Token gap p95",
    title: "Time between tokens by the engine's own histogram, last five minutes",
    unit: "duration",
    value: (e) => e.p95_inter_token_ms,
    from: "max-lg:hidden",
    reason: NO_TRAFFIC,
  },
  {
    name: "Preempted",
    title: "Requests thrown out of the cache since the engine started",
    unit: "count",
    value: (e) => e.preemptions,
    from: "max-xl:hidden",
  },
];

/** Each inference engine: what runs, what waits, how full its cache is, how fast it is. */
export function EnginePanel({ engines }: { readonly engines: readonly Engine[] }) {
  return (
    <Panel title="Engines" note={String(engines.length)}>
      <table className="w-full numbers">
        <thead>
          <tr className="h-8 border-t border-line text-12 text-faint [&>th]:font-normal">
            <th scope="col" className="pr-2 pl-4 text-left">
              Engine
            </th>
            {before.map((column) => (
              <Heading key={column.name} column={column} />
            ))}
            <th
              scope="col"
              className="px-2 text-left whitespace-nowrap md:px-3"
              title="KV cache in use"
            >
              KV cache
            </th>
            {after.map((column) => (
              <Heading key={column.name} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {engines.map((engine) => (
            <tr key={engine.name} className="h-12 border-t border-line">
              <th scope="row" className="w-full max-w-0 min-w-24 pr-2 pl-4 text-left font-normal">
                <span className="block truncate" title={engine.name}>
                  {engine.name}
                </span>
                <span className="block truncate text-12 text-faint" title={engine.model}>
                  {[engine.kind && kindName(engine.kind), engine.gateway && "gateway", engine.model]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
              </th>
              {before.map((column) => (
                <Cell key={column.name} column={column} engine={engine} />
              ))}
              <td className="px-2 md:px-3">
                <Cache engine={engine} />
              </td>
              {after.map((column) => (
                <Cell key={column.name} column={column} engine={engine} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Heading({ column: { name, title, from = "" } }: { readonly column: Column }) {
  return (
    <th
      scope="col"
      title={title}
      className={`px-2 text-right whitespace-nowrap md:px-3 last:md:pr-4 ${from}`}
    >
      {name}
    </th>
  );
}

function Cell({ column, engine }: { readonly column: Column; readonly engine: Engine }) {
  const { value, unit, from = "", reason = NOT_REPORTED } = column;
  return (
    <td className={`px-2 text-right whitespace-nowrap md:px-3 last:md:pr-4 ${from}`}>
      <Figure value={value(engine)} unit={unit} reason={reason} />
    </td>
  );
}

function Cache({ engine: { name, kv_cache_usage: usage } }: { readonly engine: Engine }) {
  return (
    <div className="flex items-center gap-3">
      <span className="w-11 shrink-0 text-right md:w-12">
        <Figure value={usage} unit="share" reason={NOT_REPORTED} />
      </span>
      {usage !== undefined && (
        <span className="w-14 grow max-md:hidden xl:w-28">
          <Meter label={`KV cache of ${name}`} value={usage * 100} />
        </span>
      )}
    </div>
  );
}
