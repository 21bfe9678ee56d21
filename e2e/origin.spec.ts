import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { startServer } from "./server.ts";

/** What a page can find out and do; runs in the browser. */
async function attempt(server: string): Promise<Record<string, boolean>> {
  const opened = new Promise<boolean>((resolve) => {
    const socket = new WebSocket(`${server.replace("http", "ws")}/metrics/stream`);
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
  });
  const readable = (path: string, init?: RequestInit): Promise<boolean> =>
    fetch(server + path, init).then(
      async (response) => (await response.text()).length > 0 && response.ok,
      () => false,
    );
  const body = JSON.stringify({
    id: `from-${location.port}-${Math.random()}`,
    model: "sneaked",
    created: Date.now(),
    prompt_tokens: 1,
    completion_tokens: 1,
    latency_ms: 1,
    streaming: false,
    status: "success",
  });
  return {
    stream: await opened,
    snapshot: await readable("/api/v1/snapshot"),
    requests: await readable("/api/v1/requests"),
    exposition: await readable("/metrics"),
    ingest: await readable("/ingest/requests", { method: "POST", body }),
    // What a form can send needs no preflight, and the sender does not care about the answer.
    blind: await fetch(`${server}/ingest/requests`, { method: "POST", mode: "no-cors", body }).then(
      () => false,
      () => false,
    ),
  };
}

async function total(server: { get: (path: string) => Promise<Response> }): Promise<number> {
  const snapshot = (await (await server.get("/api/v1/snapshot")).json()) as {
    metrics: { total_requests: number };
  };
  return snapshot.metrics.total_requests;
}

test("[A1] a page on another origin can neither open the stream nor read or write the API", async ({
  page,
  server,
  site,
}) => {
  await server.post("/ingest/requests", event());
  site.serve({ page: "<title>elsewhere</title>" });
  await page.goto(site.origin);
  expect(await page.evaluate(attempt, server.url)).toEqual({
    stream: false,
    snapshot: false,
    requests: false,
    exposition: false,
    ingest: false,
    blind: false,
  });
  expect(await total(server)).toBe(1);
});

test("a page on a sandboxed, opaque origin is refused as well", async ({ page, server, site }) => {
  site.serve({ page: `<iframe sandbox="allow-scripts" srcdoc="<p>inside</p>"></iframe>` });
  await page.goto(site.origin);
  const inside = page.frames()[1];
  if (!inside) throw new Error("the frame is missing");
  await inside.waitForLoadState();
  const got = await inside.evaluate(attempt, server.url);
  expect(Object.values(got)).toEqual([false, false, false, false, false, false]);
  expect(await total(server)).toBe(0);
});

test("an origin named with --allowed-origins can do all of it", async ({ page, site }) => {
  const server = await startServer({ args: ["--allowed-origins", site.origin] });
  try {
    site.serve({ page: "<title>a friend</title>" });
    await page.goto(site.origin);
    const got = await page.evaluate(attempt, server.url);
    expect(got).toMatchObject({ stream: true, snapshot: true, requests: true, ingest: true });
    // Both times the same id.
    expect(await total(server)).toBe(1);
  } finally {
    await server.close();
  }
});
