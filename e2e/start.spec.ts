import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { start } from "./process.ts";

const listening = /Telltale listening on (http:\/\/127\.0\.0\.1:\d+)/;
const npmStart =
  process.platform === "win32"
    ? ["cmd.exe", "/d", "/s", "/c", "npm", "start", "--"]
    : ["npm", "start", "--"];

async function total(url: string): Promise<number> {
  const snapshot = (await (await fetch(`${url}/api/v1/snapshot`)).json()) as {
    metrics: { total_requests: number };
  };
  return snapshot.metrics.total_requests;
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  );

test.describe("npm start", () => {
  let directory: string;
  test.beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), "telltale-start-"));
  });
  test.afterEach(() => rm(directory, { recursive: true, force: true }));

  for (const [how, signal, group] of [
    ["Ctrl-C", "SIGINT", true],
    ["a SIGTERM for npm alone", "SIGTERM", false],
  ] as const) {
    test(`[E6] passes its arguments on, ends with ${how}, and knows its totals the next time`, async () => {
      test.info().skip(process.platform === "win32", "Windows has no such signals");
      const command = [...npmStart, "--port", "0", "--data-dir", path.join(directory, "data")];
      const first = await start(command, listening, { group });
      const url = first.ready[1] ?? "";
      await fetch(`${url}/ingest/requests`, { method: "POST", body: JSON.stringify(event()) });
      expect(await total(url)).toBe(1);
      await first.stop(signal);
      expect(await answers(url)).toBe(false);

      const second = await start(command, listening, { group });
      expect(await total(second.ready[1] ?? "")).toBe(1);
      await second.stop(signal);
    });
  }

  test("takes file arguments from where the user stands", async () => {
    await writeFile(
      path.join(directory, "telltale.config.json"),
      JSON.stringify({ port: 0, dataDir: "here" }),
    );
    const command = [...npmStart, "--config", "telltale.config.json"];
    command.splice(command.indexOf("start"), 0, "--prefix", process.cwd());
    // npm tells scripts where it was started; the run of these tests must not stand in for it.
    const env: NodeJS.ProcessEnv = { INIT_CWD: undefined };
    const program = await start(command, listening, { cwd: directory, env });
    await fetch(`${program.ready[1]}/ingest/requests`, {
      method: "POST",
      body: JSON.stringify(event()),
    });
    await program.stop();
    expect(await readdir(directory)).toContain("here");
  });

  test("ends with the CLI's exit code and words", async () => {
    const wrong = start([...npmStart, "--no-such-option"], listening);
    await expect(wrong).rejects.toThrow(/ended with 2[\s\S]*no-such-option/);
  });
});
