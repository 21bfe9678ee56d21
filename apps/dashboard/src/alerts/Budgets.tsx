import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { money } from "../format/money.ts";
import { percentage } from "../format/number.ts";
import { Panel } from "../panels/Panel.tsx";
import { type BudgetRule, fetchPreview } from "../services/alerts.ts";
import { periodInWords } from "./rule-words.ts";
import { useRules } from "./use-alert-data.ts";

/** In which the server adds up what was spent of a budget. */
const STEP_MS = 300_000;
const REFRESH_MS = 15_000;
/** Of those who spend most, so many are shown. */
const MOST = 5;

/**
 * What was spent in the period that runs, by who spends. The step that runs has what is known of it;
 * it may be the last of the period, and stand for the next one then, of which nothing is spent.
 */
async function spentOf(
  rule: BudgetRule,
  signal: AbortSignal,
): Promise<readonly { readonly who: string; readonly spent: number }[]> {
  const { id: _id, created_at: _created, updated_at: _updated, ...body } = rule;
  const to = Math.ceil(Date.now() / STEP_MS) * STEP_MS;
  const { series } = await fetchPreview({ ...body }, { from: to - STEP_MS, to }, signal);
  return series
    .map(({ group, points }) => ({
      who: group ?? "",
      spent: Math.max(0, ...points.map(([, value]) => value)),
    }))
    .sort((a, b) => b.spent - a.spent);
}

/** How much of each budget is spent. Shows nothing where there is none, unless `teach`. */
export function Budgets({ teach = false }: { readonly teach?: boolean }) {
  const { data } = useRules();
  const rules = (data?.rules ?? []).filter(
    (rule): rule is BudgetRule => rule.kind === "budget" && rule.enabled,
  );
  const answers = useQueries({
    queries: rules.map((rule) => ({
      queryKey: ["alerts", "spent", rule.id, rule.updated_at],
      queryFn: ({ signal }: { signal: AbortSignal }) => spentOf(rule, signal),
      refetchInterval: REFRESH_MS,
    })),
  });
  if (rules.length === 0) {
    return teach && data ? (
      <Panel title="Budgets">
        <p className="flex flex-wrap items-center gap-x-1 border-t border-line px-4 py-3 text-muted max-md:py-1">
          No budget is set.
          <Link
            to="/alerts"
            search={{ rule: "new", template: "daily-budget" }}
            className="inline-flex items-center font-medium text-accent hover:underline max-md:min-h-11"
          >
            Set one
          </Link>
          and hear when most of it is spent.
        </p>
      </Panel>
    ) : null;
  }
  return (
    <Panel title="Budgets">
      <ul>
        {rules.map((rule, index) => (
          <BudgetRow key={rule.id} rule={rule} answer={answers[index]} />
        ))}
      </ul>
    </Panel>
  );
}

interface BudgetRowProps {
  readonly rule: BudgetRule;
  readonly answer:
    | {
        readonly data: Awaited<ReturnType<typeof spentOf>> | undefined;
        readonly error: Error | null;
      }
    | undefined;
}

function BudgetRow({ rule, answer }: BudgetRowProps) {
  const spenders = answer?.data ?? [];
  return (
    <li className="border-t border-line px-4 py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <Link
          to="/alerts"
          search={{ rule: rule.id }}
          className="inline-flex items-center font-medium hover:underline max-md:min-h-11"
        >
          {rule.name}
        </Link>
        <span className="text-12 text-faint">
          {money(rule.amount)} {periodInWords(rule.period)}
          {rule.by && (rule.only ?? ` for each ${rule.by.replace("_id", "")}`)}
        </span>
      </p>
      {answer?.error ? (
        <p className="mt-1 text-12 text-bad">
          What was spent could not be read. {answer.error.message}
        </p>
      ) : answer?.data && spenders.length === 0 ? (
        <p className="mt-1 text-12 text-muted">Nobody has spent anything of it yet.</p>
      ) : (
        <ul className="mt-2 flex flex-col gap-2.5">
          {spenders.slice(0, MOST).map(({ who, spent }) => (
            <Progress key={who} rule={rule} who={who} spent={spent} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Progress({
  rule,
  who,
  spent,
}: {
  readonly rule: BudgetRule;
  readonly who: string;
  readonly spent: number;
}) {
  const share = (spent / rule.amount) * 100;
  const reached = Math.max(0, ...rule.levels.filter((level) => share >= level));
  const over = share >= 100;
  const color = over ? "bg-bad" : reached > 0 ? "bg-watch" : "bg-accent";
  // A bar that is full has to have room for what is over.
  const full = Math.max(100, share);
  return (
    <li>
      <p className="flex items-baseline justify-between gap-3 numbers">
        <span className="min-w-0 truncate">
          {who && <span className="mr-2 text-muted">{who}</span>}
          <span className="font-medium">{money(spent)}</span>
        </span>
        <span
          className={`text-12 whitespace-nowrap ${over ? "font-medium text-bad" : reached > 0 ? "text-watch" : "text-muted"}`}
        >
          {percentage(share)} spent
          {over ? ", over budget" : reached > 0 ? `, past ${reached}%` : ""}
        </span>
      </p>
      <div
        role="progressbar"
        aria-label={`${rule.name}${who && ` of ${who}`}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(share))}
        aria-valuetext={`${money(spent)} of ${money(rule.amount)}, ${percentage(share)}`}
        className="relative mt-1 h-2 overflow-hidden rounded-full bg-raised"
      >
        <div
          className={`h-full rounded-full ${color}`}
          style={{ width: `${Math.min(100, share)}%` }}
        />
        {rule.levels
          .filter((level) => level < full)
          .map((level) => (
            <span
              key={level}
              className="absolute inset-y-0 w-px bg-page"
              style={{ left: `${(level / full) * 100}%` }}
            />
          ))}
      </div>
    </li>
  );
}
