import { useQuery } from "@tanstack/react-query";
import type { RequestUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { money } from "../format/money.ts";
import { count } from "../format/number.ts";
import { fetchPrices } from "../services/prices.ts";
import { costLines } from "./cost-lines.ts";

// Rounding of binary fractions, not another price.
const SAME = 1e-9;

/** How the cost comes about: tokens times price, kind by kind. */
export function RequestCost({ request }: { readonly request: RequestUpdate }) {
  const { data } = useQuery({
    queryKey: ["prices"],
    queryFn: ({ signal }) => fetchPrices(signal),
    staleTime: 60_000,
    retry: false,
  });
  const price = data?.find(
    ({ model, provider }) =>
      model === request.model && (provider ?? undefined) === (request.provider ?? undefined),
  );
  const lines = price && costLines(request, price);
  if (!price || !lines || lines.length === 0 || request.cost === null) return null;
  const sum = lines.reduce((all, { cost }) => all + cost, 0) + (price.request ?? 0);
  const differs = Math.abs(sum - request.cost) > SAME + Math.abs(sum) * 1e-6;
  return (
    <section>
      <h3 className="mb-2 text-12 font-medium text-muted">Cost</h3>
      <table className="w-full numbers">
        <tbody>
          {lines.map(({ name, tokens, rate, cost }) => (
            <tr key={name} className="h-7">
              <th scope="row" className="text-left font-normal text-muted">
                {name}
              </th>
              <td className="text-right text-12 whitespace-nowrap text-faint">
                {count(tokens)} × {money(rate)} per million
              </td>
              <td className="pl-3 text-right">
                <Figure value={cost} unit="money" reason="Unknown" />
              </td>
            </tr>
          ))}
          {price.request !== undefined && (
            <tr className="h-7">
              <th scope="row" colSpan={2} className="text-left font-normal text-muted">
                Per request
              </th>
              <td className="pl-3 text-right">
                <Figure value={price.request} unit="money" reason="Unknown" />
              </td>
            </tr>
          )}
          <tr className="h-8 border-t border-line font-medium">
            <th scope="row" colSpan={2} className="text-left font-medium">
              {differs ? "As counted" : "Total"}
            </th>
            <td className="pl-3 text-right">
              <Figure value={request.cost} unit="money" reason="Unknown" />
            </td>
          </tr>
        </tbody>
      </table>
      {differs && (
        <p className="mt-1 text-12 text-faint">
          At today's list price it would be {money(sum)}: the provider or the caller reported the
          cost, or the price was another then.
        </p>
      )}
    </section>
  );
}
