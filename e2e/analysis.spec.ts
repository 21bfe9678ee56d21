import { figure } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";

const HOUR = 3_600_000;

test("[V3] costs are broken down, against the time before, and say what they leave out", async ({
  page,
  server,
}) => {
  const tokens = { prompt_tokens: 1_000_000, completion_tokens: 0 };
  const before = Date.now() - 1.5 * HOUR;
  await server.post("/ingest/requests", [
    event({ model: "gpt-4o", ...tokens }),
    event({ model: "gpt-4o", ...tokens, created: before }),
    event({ model: "made-up-by-us", ...tokens }),
  ]);
  await page.goto(`${server.url}/costs?range=1h`);
  const table = page.getByRole("region", { name: "All by model" });
  const row = table.getByRole("row").filter({ hasText: "gpt-4o" });
  await expect(row).toContainText("$2.50");
  await expect(table.getByRole("row").filter({ hasText: "made-up-by-us" })).toContainText(
    "unknown",
  );
  await expect(page.getByRole("main")).toContainText("without 1 of unknown cost");
  await expect(page.getByRole("region", { name: "Models without a price" })).toContainText(
    '"model":"made-up-by-us"',
  );
  const today = new Date(before).getDate() === new Date().getDate() ? "$5.00" : "$2.50";
  await expect(page.locator("dl > div").filter({ hasText: "Spent today" })).toContainText(today, {
    timeout: 20_000,
  });
  await row.getByRole("link", { name: "gpt-4o" }).click();
  await expect(page).toHaveURL(/\/requests\?.*q=/);
});

test("[V4] errors of one cause are one group, with whom they hit", async ({ page, server }) => {
  const failed = (id: string, created = Date.now() - 400) =>
    event({
      created,
      status: "error",
      status_code: 500,
      error_type: "server_error",
      error_message: `Shard ${id} is down`,
    });
  await server.post("/ingest/requests", [
    failed("17"),
    failed("4211"),
    failed("5", Date.now() - HOUR),
    event({ status: "error", error_type: "timeout", error_message: "No answer" }),
  ]);
  await page.goto(`${server.url}/errors`);
  const groups = page.getByRole("region", { name: "Errors by cause" }).getByRole("listitem");
  await expect(groups).toHaveCount(2);
  await expect(groups.first()).toContainText("server_error");
  await expect(groups.first()).toContainText("2");
  await groups.first().getByRole("button", { expanded: false }).click();
  await groups.getByRole("link", { name: "All requests that failed so" }).click();
  await expect(page.getByText("2 listed")).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "Clear all" }).click();
  await expect(page.getByText("No error since they were cleared")).toBeVisible();
  await server.post("/ingest/requests", failed("99"));
  await expect(groups.first()).toContainText("server_error", { timeout: 15_000 });
});

test("[V5] two models are compared, and whether they differ is said", async ({ page, server }) => {
  const many = (model: string, latency: number) =>
    Array.from({ length: 60 }, (_each, index) => event({ model, latency_ms: latency + index }));
  await server.post("/ingest/requests", [...many("slow", 4_000), ...many("quick", 400)]);
  await page.goto(`${server.url}/compare?a=slow&b=quick`);
  const latency = page.getByRole("row", { name: /^p50 latency/ });
  await expect(latency).toContainText(/4\.0\d s/);
  await expect(latency).toContainText(/4[23]\d ms/);
  await expect(latency).toContainText("Higher");
  await expect(page.getByRole("row", { name: /^Error rate/ })).not.toContainText("Higher");
});

test("[V6] a model has a page: its figures, who uses it, what goes wrong", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", [
    event({ model: "org/model:7b", latency_ms: 2_000 }),
    event({ model: "org/model:7b", status: "error", error_type: "timeout" }),
    event({ model: "other", latency_ms: 9_000 }),
  ]);
  await page.goto(`${server.url}/models`);
  await page.getByRole("link", { name: "org/model:7b" }).click();
  await expect(page.getByRole("heading", { name: "org/model:7b" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Errors by type" })).toContainText("timeout");
  await page.reload();
  await expect(page.getByRole("heading", { name: "org/model:7b" })).toBeVisible();
});

test("the overview says where nothing was stored in the period before, else draws it", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", [event({ model: "a" }), event({ model: "a" })]);
  await page.goto(`${server.url}/?range=5m&against=before`);
  const said = page.getByText(/^Nothing was stored in the period before/);
  await expect(said).toBeVisible();
  await server.post("/ingest/requests", event({ model: "a", created: Date.now() - 0.1 * HOUR }));
  await page.goto(`${server.url}/?range=5m&against=before`);
  const latency = page.getByRole("img", { name: /^Latency/ });
  await expect(latency).toHaveAccessibleName(/p95 before: last \d/);
  await expect(page.locator("#chart-latency")).toContainText("per 10 s");
  await expect(said).toHaveCount(0);
  await expect(figure(page, "Requests")).toHaveText("2");
  await page.goto(`${server.url}/compare?range=5m`);
  await expect(page.getByText(/What is stored begins on .*: sums of .* are of less/)).toBeVisible();
});
