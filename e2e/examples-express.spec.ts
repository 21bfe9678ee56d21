import { expect, test } from "./fixtures.ts";
import { npmScript } from "./npm-script.ts";
import { opensStream } from "./opens-stream.ts";
import { start } from "./process.ts";

test("[E7] the Express example feeds the React page from its own middleware, and no other site", async ({
  page,
  site,
}) => {
  test.setTimeout(180_000);
  await npmScript("prestart", "examples/express-backend");
  const backend = await start(
    [process.execPath, "examples/express-backend/server.mjs"],
    /(http:\/\/127\.0\.0\.1:\d+)/,
    { env: { PORT: "0", OPENAI_API_KEY: "" } },
  );
  const url = backend.ready[1] ?? "";
  const ask = (body: object): Promise<Response> =>
    fetch(`${url}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  try {
    await page.goto(url);
    await expect(page.getByRole("status")).toHaveText("Connected");
    const figures = page.getByRole("region", { name: "Now" }).getByRole("definition");
    await expect(figures.first()).toHaveText("0");

    const answer = await (await ask({ message: "What is a telltale?" })).text();
    expect(answer).toContain("what the wind is doing");
    const refused = await ask({ model: "no-such-model" });
    expect(refused.status).toBe(502);
    await expect(figures.first()).toHaveText("2");
    await expect(page.getByRole("row", { name: "gpt-4o-mini" }).getByRole("cell")).toHaveText([
      "1",
      /^[1-9]\d*$/,
      /^[\d,]+ ms$/,
      "0.0%",
      /^\$0\.0000\d/,
    ]);
    await expect(page.getByRole("row", { name: "no-such-model" })).toContainText("100.0%–");
    const errors = page.getByRole("region", { name: "Errors" }).getByRole("listitem");
    await expect(errors).toHaveText(/^model_not_found .*There is no model no-such-model$/);

    // Who comes later knows it too.
    await page.reload();
    await expect(figures.first()).toHaveText("2");
    await expect(errors).toHaveCount(1);

    site.serve({ page: "<title>elsewhere</title>" });
    await page.goto(site.origin);
    expect(await page.evaluate(opensStream, url)).toBe(false);
  } finally {
    await page.close();
    await backend.stop();
  }
});
