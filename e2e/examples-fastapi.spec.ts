import { ensureFastApi, noFastApi, python } from "./fastapi.ts";
import { expect, test } from "./fixtures.ts";
import { npmScript } from "./npm-script.ts";
import { opensStream } from "./opens-stream.ts";
import { start } from "./process.ts";

test("the FastAPI example feeds the React page each second, and no other site", async ({
  page,
  site,
}, info) => {
  test.setTimeout(180_000);
  info.skip(!(await ensureFastApi()), noFastApi);
  await npmScript("page", "examples/fastapi");
  const backend = await start(
    [python, "examples/fastapi/main.py"],
    /Uvicorn running on (http:\/\/127\.0\.0\.1:\d+)/,
    { env: { PORT: "0", PYTHONDONTWRITEBYTECODE: "1" } },
  );
  const url = backend.ready[1] ?? "";
  const ask = (query: string): Promise<Response> =>
    fetch(`${url}/chat?${query}`, { method: "POST" });
  try {
    await page.goto(url);
    await expect(page.getByRole("status")).toHaveText("Connected");
    const panel = (name: string) => page.getByRole("region", { name, exact: true });
    const requests = async (): Promise<number> =>
      Number(await panel("Now").getByRole("definition").first().textContent());
    await expect.poll(requests, { timeout: 30_000 }).toBeGreaterThan(0);
    const before = await requests();
    await expect.poll(requests, { timeout: 30_000 }).toBeGreaterThan(before);

    // The middleware measures what comes over HTTP, whatever becomes of it.
    expect((await ask("model=no-such-model")).status).toBe(502);
    expect((await ask("")).status).toBeLessThan(503);
    const failed = panel("Models").getByRole("row", { name: "no-such-model" });
    await expect(failed.getByRole("cell").first()).toHaveText("1");
    await expect(failed).toContainText("100.0%");
    await expect(panel("Errors")).toContainText("There is no model no-such-model");
    await expect(panel("Machine").getByRole("listitem")).toHaveText([
      /^CPU \d+%$/,
      /^Memory \d+%$/,
      /^Disk \d+%$/,
    ]);

    site.serve({ page: "<title>elsewhere</title>" });
    await page.goto(site.origin);
    expect(await page.evaluate(opensStream, url)).toBe(false);
  } finally {
    await page.close();
    await backend.stop();
  }
});
