import { useQuery } from "@tanstack/react-query";
import { count } from "../format/number.ts";
import { fetchUnknownPrices } from "../services/prices.ts";
import { CopyButton } from "../shell/CopyButton.tsx";
import { Panel } from "./Panel.tsx";

/** Which prices are in force, and whose are unknown. */
export function PriceSettings() {
  const { data } = useUnknownPrices();
  if (!data) return null;
  return (
    <>
      <Panel title="Prices">
        <p className="border-t border-line px-4 py-3 text-muted">
          {data.prices_file === null ? (
            "The list that came with this server is in force, without a file of your own."
          ) : (
            <>
              The list that came with this server is in force, and before it{" "}
              <code className="font-mono text-12 break-all text-ink">{data.prices_file}</code>.
            </>
          )}{" "}
          {data.models.length === 0 && "Every model that was called has a price."}
        </p>
      </Panel>
      <UnknownPrices note="What their requests cost is counted nowhere" />
    </>
  );
}

function useUnknownPrices() {
  return useQuery({
    queryKey: ["unknown prices"],
    queryFn: ({ signal }) => fetchUnknownPrices(signal),
    refetchInterval: 30_000,
    retry: false,
  });
}

interface UnknownPricesProps {
  readonly note: string;
  /** Requests of the page's range whose cost is unknown, of which these models are only a part. */
  readonly unpriced?: number;
}

/** Models that cost something nobody knows, and the line that would tell. */
export function UnknownPrices({ note, unpriced = 0 }: UnknownPricesProps) {
  const { data } = useUnknownPrices();
  if (!data || data.models.length === 0) return null;
  return (
    <Panel title="Models without a price" note={note}>
      <ul>
        {data.models.map((model) => {
          const line = JSON.stringify(model.add);
          return (
            <li
              key={`${model.provider} ${model.model}`}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-2"
            >
              <span className="font-medium">{model.model}</span>
              <span className="text-muted numbers">
                {count(model.requests)} requests, {count(model.prompt_tokens)} tokens in,{" "}
                {count(model.completion_tokens)} out
              </span>
              <span className="ml-auto flex min-w-0 items-center gap-1">
                <code className="truncate font-mono text-12 text-muted">{line}</code>
                <CopyButton text={line} what="the line" />
              </span>
            </li>
          );
        })}
      </ul>
      <p className="border-t border-line px-4 py-2 text-12 text-faint">
        {data.how}.
        {unpriced > 0 &&
          " The counts are since the server started. Other requests without a cost are those whose usage nobody reported, such as failed ones."}
      </p>
    </Panel>
  );
}
