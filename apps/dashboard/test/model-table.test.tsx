import type { ModelUpdate } from "@telltale/protocol";
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { ModelTable } from "../src/panels/ModelTable.tsx";
import { atAnAddress } from "./at-an-address.tsx";

afterEach(cleanup);

const model = (name: string, change: Partial<ModelUpdate>): ModelUpdate => ({
  model: name,
  request_count: 10,
  total_prompt_tokens: 0,
  total_completion_tokens: 0,
  total_tokens: 1_000,
  total_latency_ms: 0,
  error_count: 0,
  avg_latency_ms: 0,
  error_rate: 0,
  total_cost: 1,
  tokens_per_second: 0,
  window_requests: 10,
  p95_latency_ms: 500,
  ...change,
});

const models = [
  model("cheap", { total_cost: 0.5, request_count: 30 }),
  model("dear", { total_cost: 12.4, request_count: 20 }),
  model("unpriced", { total_cost: 0, unknown_cost_requests: 10 }),
  model("partly", { total_cost: 3, unknown_cost_requests: 4, request_count: 5 }),
];

const order = (): (string | null)[] =>
  screen.getAllByRole("rowheader").map((header) => header.textContent);

test("is ordered by any column, with unknown last either way", async () => {
  await atAnAddress(<ModelTable models={models} />);
  expect(order()).toEqual(["cheap", "dear", "unpriced", "partly"]);
  fireEvent.click(screen.getByRole("button", { name: "Cost" }));
  expect(order()).toEqual(["dear", "partly", "cheap", "unpriced"]);
  fireEvent.click(screen.getByRole("button", { name: "Cost" }));
  expect(order()).toEqual(["cheap", "partly", "dear", "unpriced"]);
  expect(screen.getByRole("columnheader", { name: "Cost" }).getAttribute("aria-sort")).toBe(
    "ascending",
  );
});

test("what fails is shown however narrow the screen", async () => {
  await atAnAddress(<ModelTable models={models} />);
  expect(screen.getByRole("columnheader", { name: "Errors" }).className).not.toContain("hidden");
  expect(screen.getByRole("columnheader", { name: "Tokens" }).className).toContain("hidden");
});

test("an unknown cost is a dash with its reason, a partial one says what it leaves out", async () => {
  await atAnAddress(<ModelTable models={models} />);
  const row = (name: string): HTMLElement =>
    screen.getByRole("row", { name: new RegExp(`^${name}`) });
  expect(
    within(row("unpriced")).getByTitle("No price is known for unpriced").textContent,
  ).toContain("—");
  expect(row("unpriced").textContent).not.toContain("$0");
  expect(
    within(row("partly")).getByTitle("Without 4 requests whose price or usage is unknown"),
  ).toBeTruthy();
  expect(within(row("dear")).getByTitle("$12.40").textContent).toBe("$12.40");
});

test("figures of a window in which nothing finished are unknown, not zero", async () => {
  await atAnAddress(
    <ModelTable models={[model("idle", { window_requests: 0, p95_latency_ms: 0 })]} />,
  );
  expect(
    screen.getAllByTitle("No request finished in the last five minutes").length,
  ).toBeGreaterThanOrEqual(3);
  expect(screen.queryByText("0 ms")).toBeNull();
});
