import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Budgets } from "../alerts/Budgets.tsx";
import { Chart } from "../charts/Chart.tsx";
import type { Drawing } from "../charts/options.ts";
import { stepInWords } from "../format/duration.ts";
import { money } from "../format/money.ts";
import { count } from "../format/number.ts";
import { spanInWords } from "../format/time.ts";
import { stepOf } from "../history/steps.ts";
import { useStoredSince } from "../history/use-retention.ts";
import { everyStep } from "../history/use-series.ts";
import { Change } from "../panels/Change.tsx";
import { CostTable } from "../panels/CostTable.tsx";
import { CostToday } from "../panels/CostToday.tsx";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { Stat } from "../panels/Stat.tsx";
import { UnknownPrices } from "../panels/UnknownPrices.tsx";
import { useRange } from "../range/use-range.ts";
import { useExactSpan } from "../range/use-span.ts";
import { type CostAnswer, type CostGroup, costGroups, fetchCosts } from "../services/costs.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { pageNow } from "../services/page-clock.ts";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { groupColors } from "../theme/model-color.ts";
import { readCostsSearch } from "./costs-search.ts";

const MOST_LINES = 7;
const perStep: Drawing = { kind: "line", unit: "money", scale: "linear", fill: false };

const route = getRouteApi("/costs");

/** Where the money goes, against the time before, and what the month will come to. */
export default function Costs() {
  const contact = useFirstContact();
  if (contact === "waiting") return <Waiting />;
  if (contact === "empty") return <NothingYet what="Costs appear here with the first request." />;
  return <CostsWithData />;
}

function CostsWithData() {
  const { by = "model" } = route.useSearch();
  const span = useExactSpan(120);
  const live = useRange().kind === "live";
  const question = { from: span.from, to: span.to, step: span.step, group: by };
  const { data, error } = useQuery({
    queryKey: ["costs", question],
    queryFn: ({ signal }) => fetchCosts(question, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const comparable = useStoredSince(data?.previous.from ?? 0) !== false;
  const title = costGroups.find(({ name }) => name === by)?.title ?? "Model";
  if (!data) {
    return error ? <Nothing>Costs could not be read. {error.message}</Nothing> : <Waiting />;
  }
  const colorOf = groupColors(
    by,
    data.groups.map(({ group }) => group ?? ""),
  );
  const begin = Math.min(...data.groups.flatMap(({ points }) => points[0]?.[0] ?? []));
  return (
    <div className="flex min-w-0 flex-col gap-3 lg:gap-4">
      <PanelBoundary name="Totals">
        <CostTotals costs={data} until={live ? span.to : undefined} comparable={comparable} />
      </PanelBoundary>
      <Budgets teach />
      <GroupPicker by={by} />
      <PanelBoundary name={`Cost by ${title.toLowerCase()}`}>
        <Chart
          title={`Cost by ${title.toLowerCase()}`}
          note={`per ${stepInWords(span.step)}`}
          drawing={perStep}
          from={stepOf(span.from, span.step)}
          to={span.to}
          reach={span.step}
          series={data.groups.slice(0, MOST_LINES).map((row) => ({
            label: row.group ?? "Unknown",
            color: colorOf(row.group ?? ""),
            points: everyStep(row, span, 0, begin, pageNow()),
          }))}
        />
      </PanelBoundary>
      <Panel title={`All by ${title.toLowerCase()}`} note={`${count(data.groups.length)} shown`}>
        {data.groups.length === 0 ? (
          <Nothing>Nothing was spent in this range.</Nothing>
        ) : (
          <CostTable costs={data} by={by} title={title} comparable={comparable} />
        )}
      </Panel>
      <UnknownPrices
        note="Their requests are not in the sums above"
        unpriced={data.total.unknown_cost_requests}
      />
    </div>
  );
}

interface CostTotalsProps {
  readonly costs: CostAnswer;
  /** The end of the range where that is now. */
  readonly until: number | undefined;
  /** Not where a part of the period before is not stored. */
  readonly comparable: boolean;
}

function CostTotals({ costs, until, comparable }: CostTotalsProps) {
  const { total, previous, projection } = costs;
  const tokens = total.prompt_tokens + total.completion_tokens;
  return (
    <dl className="panel grid grid-cols-2 gap-px overflow-hidden bg-line xl:grid-cols-5">
      <CostToday until={until} />
      <Stat label="Spent in this range" value={total.cost} unit="money" reason="No data">
        {total.unknown_cost_requests > 0
          ? `without ${count(total.unknown_cost_requests)} of unknown cost`
          : `${count(total.requests)} requests`}
      </Stat>
      <Stat
        label="Spent in the period before"
        value={previous.requests > 0 ? previous.cost : null}
        unit="money"
        reason="There are no requests before this range"
      >
        {comparable && previous.requests > 0 && (
          <span className="mr-2">
            <Change now={total.cost} before={previous.cost} /> since
          </span>
        )}
        {spanInWords(previous.from, previous.to)}
        {!comparable && previous.requests > 0 && ", stored in part"}
      </Stat>
      <Stat
        label="Per million tokens"
        value={tokens > 0 ? (total.cost / tokens) * 1e6 : null}
        unit="money"
        reason="No tokens are known in this range"
      >
        {count(total.cached_tokens)} of {count(total.prompt_tokens)} input from cache
      </Stat>
      <Stat
        label={`Month of ${projection.month}`}
        value={projection.projected}
        unit="money"
        reason={projection.method}
      >
        <span title={projection.method}>
          {money(projection.spent)} so far
          {projection.low !== null &&
            projection.high !== null &&
            ` · ${money(projection.low)} to ${money(projection.high)}`}
          {projection.projected === null && ", no estimate yet"}
        </span>
      </Stat>
    </dl>
  );
}

function GroupPicker({ by }: { readonly by: CostGroup }) {
  const { by: _by, ...search } = route.useSearch();
  const navigate = useNavigate();
  return (
    <fieldset className="flex min-w-0 self-start overflow-x-auto rounded-inner border border-line p-0.5 max-md:w-full">
      <legend className="sr-only">Break down by</legend>
      {costGroups.map(({ name, title }) => (
        <button
          key={name}
          type="button"
          aria-pressed={by === name}
          onClick={() =>
            void navigate({
              to: "/costs",
              search: { ...search, ...readCostsSearch({ by: name }) },
              replace: true,
            })
          }
          className="h-7 rounded-[3px] px-2.5 text-12 font-medium whitespace-nowrap text-muted transition-colors hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink max-md:h-11 max-md:flex-1 max-sm:px-1.5"
        >
          {title}
        </button>
      ))}
    </fieldset>
  );
}
