import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { startServer } from "./server.ts";

/** A page of three lines that loads the built packages as they are. */
const html = `<!doctype html><title>Shared</title>
<script type="importmap">
  { "imports": {
    "@telltale/client": "/client/index.js",
    "@telltale/protocol": "/protocol/index.js"
  } }
</script>
<output id="state"></output> <output id="shared"></output> <output id="total"></output>
<output id="ids"></output>
<script type="module">
  import { createWebSocketService } from "@telltale/client";
  const show = (id, text) => { document.getElementById(id).textContent = text; };
  const ids = [];
  const service = createWebSocketService({
    url: new URLSearchParams(location.search).get("stream"),
    share: "tabs",
    reconnectInterval: 200,
  });
  service.subscribe("request_update", ({ id }) => show("ids", ids.push(id) && ids.join(" ")));
  service.store.subscribe(() => {
    const { connection, metrics } = service.store.getState();
    show("state", connection.state);
    show("shared", connection.shared);
    show("total", metrics?.total_requests);
  });
  window.service = service;
</script>`;

async function open(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await expect(page.locator("#state")).toHaveText("CONNECTED", { timeout: 30_000 });
  return page;
}

const roles = async (pages: readonly Page[]): Promise<(string | null)[]> =>
  (await Promise.all(pages.map((page) => page.locator("#shared").textContent()))).sort();

test("[C20] [C21] three pages of a browser hold one WebSocket, and go on when the one that has it is closed or crashes", async ({
  context,
  site,
}) => {
  test.setTimeout(120_000);
  const server = await startServer({ args: ["--allowed-origins", site.origin] });
  const directory = await mkdtemp(path.join(os.tmpdir(), "telltale-share-"));
  const sockets = new Map<Page, number>();
  try {
    for (const name of ["client", "protocol"]) {
      await cp(`packages/${name}/dist`, path.join(directory, name), { recursive: true });
    }
    await writeFile(path.join(directory, "index.html"), html);
    await writeFile(path.join(directory, "elsewhere.html"), "<title>Elsewhere</title>");
    site.serve({ directory });
    context.on("page", (page) => {
      sockets.set(page, 0);
      page.on("websocket", () => sockets.set(page, (sockets.get(page) ?? 0) + 1));
    });
    const opened = (): number => [...sockets.values()].reduce((sum, count) => sum + count, 0);
    const atServer = async (): Promise<number> => {
      const snapshot = (await (await server.get("/api/v1/snapshot")).json()) as {
        metrics: { active_connections: number };
      };
      return snapshot.metrics.active_connections;
    };
    const stream = `ws://127.0.0.1:${server.port}/metrics/stream`;
    const address = `${site.origin}/?stream=${encodeURIComponent(stream)}`;
    const pages: Page[] = [];
    for (let n = 0; n < 3; n++) pages.push(await open(context, address));
    expect(await roles(pages)).toEqual(["follower", "follower", "leader"]);
    expect(opened()).toBe(1);
    expect(await atServer()).toBe(1);

    let total = 0;
    const ids: string[] = [];
    const post = async (): Promise<void> => {
      const one = event();
      ids.push(one.id);
      total++;
      await server.post("/ingest/requests", one);
    };
    const check = async (): Promise<void> => {
      for (const page of pages) {
        await expect(page.locator("#state")).toHaveText("CONNECTED", { timeout: 20_000 });
        await expect(page.locator("#total")).toHaveText(String(total), { timeout: 20_000 });
        await expect(page.locator("#ids")).toHaveText(ids.join(" "));
      }
      expect(await atServer()).toBe(1);
      expect((await roles(pages)).filter((role) => role === "leader")).toHaveLength(1);
    };
    await post();
    await post();
    await check();

    const leave = async (how: (page: Page) => Promise<void>): Promise<void> => {
      const shared = await Promise.all(pages.map((page) => page.locator("#shared").textContent()));
      const [leader] = pages.splice(shared.indexOf("leader"), 1);
      if (!leader) throw new Error("nobody leads");
      const gone = how(leader);
      await post();
      await gone;
      await post();
    };
    await leave((page) => page.close());
    await check();
    expect(opened()).toBe(2);

    // A process that is gone tells nobody; the browser frees its lock.
    await leave(async (page) => {
      const crashed = page.waitForEvent("crash");
      void page.goto("chrome://crash").catch(() => {});
      await crashed;
    });
    await check();
    expect(opened()).toBe(3);

    // Gone to another page and back, by way of the back/forward cache or not.
    pages.push(await open(context, address));
    const [leader, other] = pages;
    await leader?.goto(`${site.origin}/elsewhere.html`);
    if (other) await expect(other.locator("#shared")).toHaveText("leader");
    await post();
    await leader?.goBack();
    if (leader) await expect(leader.locator("#total")).toHaveText(String(total));
    expect((await roles(pages)).filter((role) => role === "leader")).toHaveLength(1);
    await expect.poll(atServer).toBe(1);
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
});
