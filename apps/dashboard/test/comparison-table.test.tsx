import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { ComparisonTable } from "../src/panels/ComparisonTable.tsx";
import { CostTable } from "../src/panels/CostTable.tsx";
import type { Comparison } from "../src/services/compare.ts";
import { atAnAddress } from "./at-an-address.tsx";

afterEach(cleanup);

const comparison = (metric: string, verdict: "no_difference" | "higher"): Comparison => ({
  metric,
  value: 20,
  count: 100,
  against_value: 10,
  against_count: 90,
  difference: 10,
  relative: 1,
  significance: { verdict, p: 0.018, interval: null },
  text: "A sentence",
});

test("a comparison says from where on a difference is clear, and what a phone's short names stand for", () => {
  const metrics = ["requests", "error_rate", "p50_latency_ms", "p95_latency_ms", "cost"];
  render(
    <ComparisonTable
      comparisons={metrics.map((metric) => comparison(metric, "no_difference"))}
      left="14:00–15:00"
      right="13:00–14:00"
    />,
  );
  expect(screen.getByText(/clear below p = 0\.010/)).toBeTruthy();
  expect(screen.getByText("First: 14:00–15:00. Second: 13:00–14:00.")).toBeTruthy();
});

test("while it is compared, the table stands where it will, and says that it waits", () => {
  const rows = (): number =>
    screen.getAllByRole("row", { name: /^(Requests|Error rate|Cost)/ }).length;
  const { rerender } = render(
    <ComparisonTable comparisons={undefined} left="Now" right="Before" />,
  );
  expect(screen.getByRole("table").getAttribute("aria-busy")).toBe("true");
  expect(screen.getAllByText("Comparing").length).toBeGreaterThan(0);
  const before = rows();
  const all = ["requests", "error_rate", "cost"].map((metric) => comparison(metric, "higher"));
  rerender(<ComparisonTable comparisons={all} left="Now" right="Before" />);
  expect(rows()).toBe(before);
  expect(screen.queryByText("Comparing")).toBeNull();
});

test("where there is no room for a column, what a difference means has a line of its own", () => {
  render(
    <ComparisonTable comparisons={[comparison("cost", "higher")]} left="Now" right="Before" />,
  );
  const narrow = screen
    .getAllByRole("row")
    .filter((row) => row.classList.contains("md:hidden") && row.textContent?.includes("Higher"));
  expect(narrow).toHaveLength(1);
  expect(narrow[0]?.textContent).toContain("100 against 90 requests");
});

test("a time of which nothing is stored is said to be empty, not compared", () => {
  const rows = ["requests", "cost"].map((metric) => comparison(metric, "no_difference"));
  const without = (more: Partial<Comparison>): void => {
    cleanup();
    render(
      <ComparisonTable
        comparisons={rows.map((row) => ({ ...row, ...more }))}
        left="today"
        right="yesterday"
      />,
    );
  };
  without({ against_count: 0, against_value: null });
  expect(screen.getByText(/^Nothing is stored of yesterday/)).toBeTruthy();
  without({ count: 0, value: null });
  expect(screen.getByText(/^Nothing is stored of today/)).toBeTruthy();
  without({});
  expect(screen.queryByText(/^Nothing is stored/)).toBeNull();
});

const sums = {
  cost: 1,
  requests: 3,
  unknown_cost_requests: 0,
  prompt_tokens: 1,
  completion_tokens: 1,
  cached_tokens: 0,
};

const costTable = (comparable: boolean) => (
  <CostTable
    by="model"
    title="Model"
    comparable={comparable}
    costs={{
      from: 0,
      to: 60_000,
      step_ms: 60_000,
      total: sums,
      previous: { ...sums, from: 0, to: 60_000 },
      projection: {
        month: "January",
        spent: 1,
        projected: null,
        low: null,
        high: null,
        days: 0,
        method: "",
      },
      groups: [{ ...sums, group: "gpt-4o", previous_cost: 2, share: 1, points: [] }],
    }}
  />
);

test("a change of cost is not called good or bad where nobody tested it", async () => {
  await atAnAddress(costTable(true));
  const change = within(screen.getByRole("row", { name: /gpt-4o/ })).getByText("50.0%");
  expect(change.className).toContain("text-muted");
  expect(change.className).not.toMatch(/text-(?:good|bad)/);
});

test("no change of cost is told against a period that is stored in part", async () => {
  await atAnAddress(costTable(false));
  const row = screen.getByRole("row", { name: /gpt-4o/ });
  expect(within(row).queryByText("50.0%")).toBeNull();
  expect(within(row).getByText(/a part is not stored/)).toBeTruthy();
});

test("what is many times as much is said so, not in per cent", () => {
  const grown = { ...comparison("requests", "higher"), value: 1880, against_value: 10 };
  render(<ComparisonTable comparisons={[grown]} left="Now" right="Before" />);
  expect(screen.getByText(/188×/)).toBeTruthy();
});
