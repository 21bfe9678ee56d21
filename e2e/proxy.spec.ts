import { startFakeUpstream } from "@telltale/testkit/fake-upstream";
import OpenAI from "openai";
import { cell, figure, recentRows } from "./dashboard-page.ts";
import { expect, test } from "./fixtures.ts";
import { startServer } from "./server.ts";

/** Holds an answer back: each piece goes out once `through` has reached its number. */
function turnstile() {
  let open = -1;
  let waiting: { piece: number; pass: () => void }[] = [];
  return {
    gate: (piece: number): Promise<void> | undefined =>
      piece <= open
        ? undefined
        : new Promise((pass) => {
            waiting.push({ piece, pass });
          }),
    through: (piece: number): void => {
      open = piece;
      for (const one of waiting) if (one.piece <= open) one.pass();
      waiting = waiting.filter((one) => one.piece > open);
    },
  };
}

test("[E3] a streamed call through the proxy grows on the page while it runs", async ({ page }) => {
  const { gate, through } = turnstile();
  const tokens = Array.from({ length: 40 }, (_, index) => ` word${index}`);
  const upstream = await startFakeUpstream({
    tokens,
    promptTokens: 17,
    usage: "asked",
    model: "gpt-4o-mini",
    gate,
  });
  const server = await startServer({ env: { TELLTALE_PROXY_OPENAI_URL: upstream.url } });
  try {
    await page.goto(server.url);
    const client = new OpenAI({ baseURL: `${server.url}/proxy/openai/v1`, apiKey: "sk-canary" });
    const said = (async () => {
      const stream = await client.chat.completions.create({
        model: "gpt-4o-mini",
        messages: [{ role: "user", content: "Say forty words" }],
        stream: true,
      });
      let text = "";
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    })();

    const row = recentRows(page).first();
    await expect(row).toContainText("gpt-4o-mini");
    await expect(row).toContainText("Waiting");
    through(10);
    await expect(row).toContainText("Streaming");
    const completion = await cell(page, row, "Completion");
    const grown = async (): Promise<number> => Number(await completion.textContent());
    await expect.poll(grown).toBeGreaterThan(0);
    const early = await grown();
    through(25);
    await expect.poll(grown).toBeGreaterThan(early);
    // Estimated from what came through: the whole answer would be estimated at 68.
    expect(await grown()).toBeLessThan(60);
    await expect(figure(page, "Total requests")).toHaveText("0");

    through(Number.POSITIVE_INFINITY);
    expect(await said).toBe(tokens.join(""));
    await expect(row).toContainText("Success");
    await expect(completion).toHaveText("40");
    await expect(await cell(page, row, "Prompt")).toHaveText("17");
    await expect(figure(page, "Total requests")).toHaveText("1");
    await expect(recentRows(page)).toHaveCount(1);
  } finally {
    through(Number.POSITIVE_INFINITY);
    await server.close();
    await upstream.close();
  }
});

test("a call that the provider refuses is an error on the page, and the caller sees it as it was", async ({
  page,
}) => {
  const upstream = await startFakeUpstream({
    status: 429,
    headers: { "retry-after": "7" },
    body: { error: { message: "Slow down", type: "rate_limit_exceeded", code: null } },
  });
  const server = await startServer({ env: { TELLTALE_PROXY_OPENAI_URL: upstream.url } });
  try {
    await page.goto(server.url);
    const client = new OpenAI({
      baseURL: `${server.url}/proxy/openai/v1`,
      apiKey: "sk-canary",
      maxRetries: 0,
    });
    const refused = client.chat.completions.create({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "a secret prompt" }],
    });
    await expect(refused).rejects.toThrow(/429.*Slow down/);
    await expect(figure(page, "Total requests")).toHaveText("1");
    await expect(recentRows(page).first()).toContainText("429");
    await expect(page.getByRole("region", { name: "Latest errors" })).toContainText("Slow down");
    const stored = await (await server.get("/api/v1/requests")).text();
    expect(stored).not.toMatch(/sk-canary|a secret prompt/);
  } finally {
    await server.close();
    await upstream.close();
  }
});
