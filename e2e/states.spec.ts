import { connection, figure, recentRows } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";

test("[X6] a server that refuses its history says so once, and live figures go on", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", event());
  let pressed = false;
  await page.route("**/api/v1/**", (route) =>
    pressed ? route.continue() : route.fulfill({ status: 403, json: {} }),
  );
  await page.goto(`${server.url}/?range=1h`);
  await expect(
    page.getByRole("alert").getByText("You may not read this server's history."),
  ).toHaveCount(1);
  await server.post("/ingest/requests", event());
  await expect(recentRows(page)).toHaveCount(2);
  // What the page asks for by itself is refused until then: the button alone brings it back.
  const again = page.getByRole("button", { name: "Try now" });
  await again.focus();
  pressed = true;
  await again.press("Enter");
  await expect(page.getByText("You may not read this server's history.")).toHaveCount(0);
  await expect(figure(page, "Requests")).toHaveText(/^[12]$/);
});

test("[X6] live charts do not call empty what history has yet to tell", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", event());
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/v1/series*", async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto(server.url);
  await expect(figure(page, "Total requests")).toHaveText("1");
  await expect(page.getByText("Asking history").first()).toBeVisible();
  await expect(page.getByText("No data in this range", { exact: true })).toHaveCount(0);
  answer();
  await expect(page.getByText("Asking history")).toHaveCount(0);
});

test("[X6] without a WebSocket the page is fed by events, and says that it is", async ({
  page,
  server,
}) => {
  await page.routeWebSocket("**/metrics/stream*", (socket) => socket.close());
  await server.post("/ingest/requests", event());
  await page.goto(server.url);
  await expect(connection(page).filter({ hasText: "Connected" })).toBeVisible({ timeout: 20_000 });
  await expect(connection(page).filter({ hasText: /^SSE/ })).toBeVisible();
  await expect(figure(page, "Total requests")).toHaveText("1");
});

test("[X6] a stream that nothing lets through is told from a server that is down", async ({
  page,
  server,
}) => {
  await page.routeWebSocket("**/metrics/stream*", (socket) => socket.close());
  await page.route("**/metrics/stream*", (route) => route.abort());
  await page.goto(server.url);
  const told = page.getByRole("heading", { name: "answers, but its stream cannot be opened" });
  await expect(told).toBeVisible({ timeout: 20_000 });
  await server.kill();
  await expect(page.getByRole("heading", { name: "does not answer" })).toBeVisible({
    timeout: 20_000,
  });
});

test("[X6] a part of the page that could not be loaded while the server was away is there once it is back", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", event());
  let refused = 0;
  await page.route(/\/assets\/(Service|Costs)-[^/]*\.js$/, (route) =>
    ++refused % 3 === 0 ? route.continue() : route.abort("connectionrefused"),
  );
  await page.goto(server.url);
  await expect(page.getByRole("region", { name: "Model performance" })).toBeVisible({
    timeout: 20_000,
  });
  expect(refused).toBeGreaterThanOrEqual(3);
  await page.getByRole("link", { name: "Costs", exact: true }).first().click();
  await expect(page.getByText("Spent today")).toBeVisible({ timeout: 20_000 });
});
