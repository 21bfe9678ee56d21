import { amount, connection, figure, modelRow, recentRows } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";

test("before the first request the page shows how to send one, and then shows it", async ({
  page,
  server,
}) => {
  await page.goto(server.url);
  const main = page.getByRole("main");
  await expect(main).toContainText(`${server.url}/proxy/openai/v1`);
  await expect(main).toContainText("OTEL_EXPORTER_OTLP");
  await expect(main).toContainText(`${server.url}/ingest/requests`);
  await expect(main).not.toContainText(/NaN|undefined|null/);
  await server.post("/ingest/requests", event());
  await expect(figure(page, "Total requests")).toHaveText("1");
});

test("[E1] a posted event is on the page, with the right figures", async ({ page, server }) => {
  await page.goto(server.url);
  const answer = await server.post("/ingest/requests", [
    event({ latency_ms: 1000, prompt_tokens: 100, completion_tokens: 20 }),
    event({ latency_ms: 2000, prompt_tokens: 200, completion_tokens: 40, streaming: true }),
    event({ model: "claude-sonnet-4-5", latency_ms: 3000 }),
    event({
      latency_ms: 4000,
      status: "error",
      status_code: 429,
      error_type: "rate_limit_exceeded",
      error_message: "Too many requests",
      prompt_tokens: 0,
      completion_tokens: 0,
    }),
  ]);
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ accepted: 4, duplicates: 0, rejected: [] });

  await expect(figure(page, "Total requests")).toHaveText("4");
  await expect.poll(() => amount(page, "Total tokens")).toBe(480);
  await expect(figure(page, "Avg latency")).toHaveText("2.50 s");
  await expect(figure(page, "Error rate")).toHaveText(/^25(\.0+)?\s?%$/);
  // Which time a figure is of stands beside its name: it is not the range of the charts.
  for (const [name, span] of [
    ["Cost", "all time"],
    ["Error rate", "last 5 min"],
    ["Requests per second", "last 10 s"],
  ]) {
    await expect(page.getByRole("term").filter({ hasText: `${name} · ${span}` })).toBeVisible();
  }
  await expect(recentRows(page)).toHaveCount(4);
  await expect(modelRow(page, "gpt-4o-mini")).toContainText("3");
  await expect(modelRow(page, "claude-sonnet-4-5")).toBeVisible();
  await expect(page.getByRole("region", { name: "Latest errors" })).toContainText(
    "Too many requests",
  );

  const snapshot = (await (await server.get("/api/v1/snapshot")).json()) as {
    metrics: { total_tokens: number; total_cost: number };
  };
  expect(snapshot.metrics.total_tokens).toBe(480);
  expect(await amount(page, "Cost")).toBeCloseTo(snapshot.metrics.total_cost, 4);
});

test("[E1] an id sent again is counted once", async ({ page, server }) => {
  const one = event();
  await page.goto(server.url);
  await server.post("/ingest/requests", one);
  const again = await server.post("/ingest/requests", one);
  expect(await again.json()).toMatchObject({ accepted: 0, duplicates: 1 });
  await server.post("/ingest/requests", event());
  await expect(figure(page, "Total requests")).toHaveText("2");
});

test("[E2] after kill -9 and a restart the open page reconnects by itself and is right", async ({
  page,
  server,
}) => {
  test.setTimeout(90_000);
  await page.goto(server.url);
  await server.post("/ingest/requests", [event(), event({ model: "gpt-4o" })]);
  await expect(figure(page, "Total requests")).toHaveText("2");
  await expect(connection(page)).toHaveText("Connected");

  await server.kill();
  await expect(connection(page)).not.toHaveText("Connected");
  await server.again();
  await server.post("/ingest/requests", event());
  await expect(figure(page, "Total requests")).toHaveText("3", { timeout: 45_000 });
  await expect(connection(page)).toHaveText("Connected");
  await expect(modelRow(page, "gpt-4o")).toBeVisible();
  await expect(recentRows(page)).toHaveCount(3);
});

test("[A2] text in an event stays text", async ({ page, server }) => {
  const payload = `<img src=x onerror="document.title='owned'">`;
  await page.goto(server.url);
  await server.post(
    "/ingest/requests",
    event({
      model: payload,
      status: "error",
      error_type: "server_error",
      error_message: `${payload}<script>document.title='owned'</script>`,
    }),
  );
  await expect(figure(page, "Total requests")).toHaveText("1");
  await expect(page.getByText(payload, { exact: false }).first()).toBeVisible();
  await page.goto(`${server.url}/errors`);
  await expect(page.getByText(payload, { exact: false }).first()).toBeVisible();
  expect(await page.title()).not.toBe("owned");
  await expect(page.locator("img[src=x]")).toHaveCount(0);
});
