import type { Locator, Page } from "@playwright/test";
import { amount, connection, modelRow } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import type { Server } from "./server.ts";

const MODELS = {
  "gpt-4o": { input: 2.5, output: 10 },
  "gpt-4o-mini": { input: 0.15, output: 0.6 },
} as const;
type Model = keyof typeof MODELS;

interface Sums {
  requests: number;
  errors: number;
  tokens: number;
  cost: number;
  latency: number;
}

const none = (): Sums => ({ requests: 0, errors: 0, tokens: 0, cost: 0, latency: 0 });

/** What was sent and acknowledged, added up beside the server. */
class Truth {
  readonly all = none();
  readonly of: Record<Model, Sums> = { "gpt-4o": none(), "gpt-4o-mini": none() };
  readonly #server: Server;
  #sent = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  async send(count: number): Promise<void> {
    const batch = Array.from({ length: count }, () => {
      const number = this.#sent++;
      const model: Model = number % 3 === 0 ? "gpt-4o" : "gpt-4o-mini";
      const failed = number % 8 === 5;
      const usage = failed
        ? { prompt_tokens: 0, completion_tokens: 0 }
        : { prompt_tokens: 1_000 + 7 * number, completion_tokens: 100 + (number % 11) };
      const latency = 300 + 10 * (number % 40);
      for (const sums of [this.all, this.of[model]]) {
        sums.requests += 1;
        sums.errors += failed ? 1 : 0;
        sums.tokens += usage.prompt_tokens + usage.completion_tokens;
        sums.cost +=
          (usage.prompt_tokens * MODELS[model].input +
            usage.completion_tokens * MODELS[model].output) /
          1e6;
        sums.latency += latency;
      }
      const failure = {
        status: "error",
        status_code: 500,
        error_type: "server_error",
        error_message: "The engine fell over",
      } as const;
      return event({ model, ...usage, latency_ms: latency, ...(failed ? failure : {}) });
    });
    const answer = await this.#server.post("/ingest/requests", batch);
    expect(await answer.json()).toMatchObject({ accepted: count, rejected: [] });
  }
}

async function api<T>(server: Server, path: string): Promise<T> {
  return (await (await server.get(path)).json()) as T;
}

/** The full value behind each figure within. */
async function exact(within: Locator): Promise<number[]> {
  const titles = await within
    .locator("[title]")
    .evaluateAll((all) => all.map((one) => one.getAttribute("title") ?? ""));
  return titles
    .filter((text) => /^\$?[\d.,]+/.test(text))
    .map((text) => Number(text.replace(/[^\d.]/g, "")));
}

const holds = async (within: Locator, figures: readonly number[]): Promise<boolean> => {
  const shown = await exact(within);
  return figures.every((figure) => shown.some((one) => Math.abs(one - figure) < 1e-6));
};

async function show(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(connection(page)).toHaveText("Connected", { timeout: 15_000 });
}

test("[X9] under live traffic every page shows what the API says, which is what was sent", async ({
  page,
  server,
}) => {
  test.setTimeout(180_000);
  const truth = new Truth(server);
  const { all, of } = truth;
  await truth.send(24);

  // Each page is open while more arrives, and is not loaded again.
  await show(page, server.url);
  for (let batch = 0; batch < 12; batch++) await truth.send(8);
  await expect.poll(() => amount(page, "Total requests")).toBe(all.requests);
  await expect.poll(() => amount(page, "Total tokens")).toBe(all.tokens);
  await expect.poll(() => amount(page, "Cost")).toBeCloseTo(all.cost, 9);
  await expect.poll(() => amount(page, "Avg latency")).toBeCloseTo(all.latency / all.requests, 3);
  await expect
    .poll(() => amount(page, "Error rate"))
    .toBeCloseTo((100 * all.errors) / all.requests, 3);
  for (const model of ["gpt-4o", "gpt-4o-mini"] as const) {
    const { requests, tokens, cost } = of[model];
    await expect.poll(() => holds(modelRow(page, model), [requests, tokens, cost])).toBe(true);
  }
  type Metrics = Record<"total_requests" | "total_errors" | "total_tokens" | "total_cost", number>;
  const { metrics } = await api<{ metrics: Metrics }>(server, "/api/v1/snapshot");
  expect(metrics).toMatchObject({
    total_requests: all.requests,
    total_errors: all.errors,
    total_tokens: all.tokens,
  });
  expect(metrics.total_cost).toBeCloseTo(all.cost, 9);

  await show(page, `${server.url}/?range=1h`);
  await truth.send(16);
  await expect.poll(() => amount(page, "Requests"), { timeout: 30_000 }).toBe(all.requests);
  expect(await amount(page, "Tokens")).toBe(all.tokens);
  expect(await amount(page, "Cost")).toBeCloseTo(all.cost, 9);
  expect(await amount(page, "Avg latency")).toBeCloseTo(all.latency / all.requests, 3);
  expect(await amount(page, "Error rate")).toBeCloseTo((100 * all.errors) / all.requests, 3);

  await show(page, `${server.url}/models`);
  await truth.send(16);
  const models = page.getByRole("region", { name: "All models" });
  for (const model of ["gpt-4o", "gpt-4o-mini"] as const) {
    const { requests, tokens, cost, errors } = of[model];
    const row = models.getByRole("row").filter({ has: page.getByText(model, { exact: true }) });
    const figures = [requests, tokens, cost];
    await expect.poll(() => holds(row, figures)).toBe(true);
    await expect(row).toContainText(new RegExp(`${((100 * errors) / requests).toFixed(1)}`));
  }

  await show(page, `${server.url}/models/gpt-4o`);
  await truth.send(16);
  const stats = page.locator("dl > div").filter({ hasText: "Cost" });
  await expect(stats).toContainText(`${of["gpt-4o"].requests} requests`);
  await expect.poll(() => holds(stats, [of["gpt-4o"].cost])).toBe(true);

  await show(page, `${server.url}/requests?q=${encodeURIComponent("status:error")}`);
  await truth.send(16);
  await expect(page.getByText(`${all.errors} listed`)).toBeVisible();
  const failed = await api<{ requests: unknown[] }>(
    server,
    "/api/v1/requests?q=status%3Aerror&limit=200",
  );
  expect(failed.requests).toHaveLength(all.errors);

  await show(page, `${server.url}/errors?range=1h`);
  await truth.send(16);
  await expect(page.getByText(`${all.errors} in 1 group`)).toBeVisible({ timeout: 20_000 });
  const groups = await api<{ groups: { count: number }[] }>(server, "/api/v1/errors/groups");
  expect(groups.groups.map(({ count }) => count)).toEqual([all.errors]);

  await show(page, `${server.url}/costs?range=1h`);
  await truth.send(16);
  await expect
    .poll(() => amount(page, "Spent in this range"), { timeout: 90_000 })
    .toBeCloseTo(all.cost, 9);
  const table = page.getByRole("region", { name: "All by model" });
  for (const model of ["gpt-4o", "gpt-4o-mini"] as const) {
    const row = table.getByRole("row").filter({ has: page.getByText(model, { exact: true }) });
    expect(await holds(row, [of[model].cost])).toBe(true);
    await expect(row).toContainText(`${of[model].requests}`);
  }
  const to = Date.now() + 60_000;
  const costs = await api<{ total: { cost: number; requests: number } }>(
    server,
    `/api/v1/costs?from=${to - 3_600_000}&to=${to}&group_by=model`,
  );
  expect(costs.total.requests).toBe(all.requests);
  expect(costs.total.cost).toBeCloseTo(all.cost, 9);

  await truth.send(16);
  await show(page, `${server.url}/compare?range=1h`);
  const compared = page.getByRole("row", { name: /^Requests/ });
  await expect.poll(() => holds(compared, [all.requests]), { timeout: 30_000 }).toBe(true);
  await expect.poll(() => holds(page.getByRole("row", { name: /^Cost/ }), [all.cost])).toBe(true);
});
