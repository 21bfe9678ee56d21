import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { startServer } from "../src/server.ts";

test("[K6] a server that stops lets a running call end, and keeps what it said", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "telltale-stop-"));
  let finish = (): void => undefined;
  const upstream = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"model":"m","usage":{"prompt_tokens":1,');
    finish = () => response.end('"completion_tokens":2,"total_tokens":3}}');
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const { port } = upstream.address() as AddressInfo;
  const config = configSchema.parse({
    port: 0,
    dataDir,
    upstreams: { slow: { url: `http://127.0.0.1:${port}` } },
  });
  const logger = pino({ level: "silent" });
  const server = await startServer({ config, logger });
  const answer = await fetch(`${server.url}/proxy/slow/v1/chat/completions`, {
    method: "POST",
    body: '{"model":"m","messages":[]}',
  });
  const stopped = server.stop();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  finish();
  expect(await answer.json()).toMatchObject({ usage: { total_tokens: 3 } });
  await stopped;

  const again = await startServer({ config, logger });
  const page = await fetch(`${again.url}/api/v1/requests`);
  expect(await page.json()).toMatchObject({
    requests: [{ model: "m", total_tokens: 3, status: "success" }],
  });
  await again.stop();
  upstream.close();
  await rm(dataDir, { recursive: true, force: true });
});
