import type { Gpu } from "@telltale/protocol";
import { Figure } from "../format/Figure.tsx";
import { Meter } from "./Meter.tsx";
import { Panel } from "./Panel.tsx";

const NOT_REPORTED = "The GPU does not report it";

function usageOf(gpu: Gpu): number | null {
  return gpu.unknown?.includes("usage") ? null : gpu.usage;
}

/** Each GPU: busy, memory, heat, power. */
export function GpuPanel({ gpus }: { readonly gpus: readonly Gpu[] }) {
  return (
    <Panel title="GPUs" note={String(gpus.length)}>
      <div className="overflow-x-auto">
        <table className="w-full numbers">
          <thead>
            <tr className="h-8 border-t border-line text-12 text-faint [&>th]:font-normal">
              <th scope="col" className="pr-3 pl-4 text-left">
                GPU
              </th>
              <th scope="col" className="px-3 text-left md:w-1/4">
                Usage
              </th>
              <th scope="col" className="px-3 text-right max-md:pr-4">
                Memory
              </th>
              <th scope="col" className="px-3 text-right max-md:hidden">
                Used
              </th>
              <th scope="col" className="px-3 text-right max-md:hidden">
                Temperature
              </th>
              <th scope="col" className="pr-4 pl-3 text-right max-md:hidden">
                Power
              </th>
            </tr>
          </thead>
          <tbody>
            {gpus.map((gpu) => (
              <tr
                key={`${gpu.host} ${gpu.uuid} ${gpu.index} ${gpu.instance}`}
                className="h-12 border-t border-line"
              >
                <th scope="row" className="w-full max-w-0 min-w-24 pr-3 pl-4 text-left font-normal">
                  <span className="block truncate" title={gpu.uuid}>
                    <span className="text-muted">{gpu.index}</span> {gpu.name}
                  </span>
                  {(gpu.instance || gpu.host) && (
                    <span className="block truncate text-12 text-faint">
                      {[gpu.instance && `MIG ${gpu.instance}`, gpu.host]
                        .filter(Boolean)
                        .join(" · ")}
                    </span>
                  )}
                </th>
                <td className="px-3">
                  <div className="flex items-center gap-3">
                    <span className="w-12 shrink-0 text-right">
                      <Figure value={usageOf(gpu)} unit="percentage" reason={NOT_REPORTED} />
                    </span>
                    {usageOf(gpu) !== null && (
                      <span className="w-24 grow max-md:hidden xl:w-48">
                        <Meter label={`GPU ${gpu.index} usage`} value={gpu.usage} alarm={false} />
                      </span>
                    )}
                  </div>
                </td>
                <td className="px-3 text-right max-md:pr-4">
                  <Figure value={gpu.memory_usage} unit="percentage" reason={NOT_REPORTED} />
                </td>
                <td className="px-3 text-right whitespace-nowrap max-md:hidden">
                  <Figure value={gpu.memory_used_bytes} unit="bytes" reason={NOT_REPORTED} />
                </td>
                <td className="px-3 text-right whitespace-nowrap max-md:hidden">
                  <Figure value={gpu.temperature_celsius} unit="count" reason={NOT_REPORTED} />
                  {gpu.temperature_celsius !== undefined && " °C"}
                </td>
                <td className="pr-4 pl-3 text-right whitespace-nowrap max-md:hidden">
                  <Figure value={gpu.power_watts} unit="count" reason={NOT_REPORTED} />
                  {gpu.power_watts !== undefined && " W"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
