import type { Engine } from "@telltale/protocol";
import { Figure } from "../format/Figure.tsx";
import { Panel } from "./Panel.tsx";

const NOT_REPORTED = "The engine does not report it";

/** Each inference engine: what runs, what waits, how full its cache is. */
export function EnginePanel({ engines }: { readonly engines: readonly Engine[] }) {
  return (
    <Panel title="Engines" note={String(engines.length)}>
      <table className="w-full numbers">
        <thead>
          <tr className="h-8 border-t border-line text-12 text-faint [&>th]:font-normal">
            <th scope="col" className="pr-3 pl-4 text-left">
              Engine
            </th>
            <th scope="col" className="px-3 text-right">
              Running
            </th>
            <th scope="col" className="px-3 text-right">
              Waiting
            </th>
            <th scope="col" className="pr-4 pl-3 text-right">
              KV cache
            </th>
          </tr>
        </thead>
        <tbody>
          {engines.map((engine) => (
            <tr key={engine.name} className="h-9 border-t border-line">
              <th scope="row" className="pr-3 pl-4 text-left font-normal">
                {engine.name} {engine.kind && <span className="text-faint">{engine.kind}</span>}
              </th>
              <td className="px-3 text-right">
                <Figure value={engine.running} unit="count" reason={NOT_REPORTED} />
              </td>
              <td className="px-3 text-right">
                <Figure value={engine.waiting} unit="count" reason={NOT_REPORTED} />
              </td>
              <td className="pr-4 pl-3 text-right">
                <Figure value={engine.kv_cache_usage} unit="share" reason={NOT_REPORTED} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
