import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RequestUpdate, Snapshot } from "@telltale/protocol";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { afterAll, beforeAll, expect, test } from "vitest";

const KILLS = Number(process.env["TELLTALE_KILLS"] ?? 20);
/** Events of a batch: from one to so many, by turns. */
const LARGEST_BATCH = Number(process.env["TELLTALE_LARGEST_BATCH"] ?? 20);
/** The longest time that a server has before it is killed, ms. */
const LONGEST_LIFE = Number(process.env["TELLTALE_LONGEST_LIFE"] ?? 450);
const WRITERS = 4;
/** The built server: it starts in a third of the time that its source takes. `npm test` builds first. */
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** An address of its own: a port that was just given up may go to another test's server. */
const host =
  process.platform === "linux"
    ? `127.${1 + (process.pid % 254)}.${(process.pid >> 8) & 255}.9`
    : "127.0.0.1";

let folder: string;
let child: ChildProcess;
let url = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-kill-"));
});

afterAll(async () => {
  child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** Starts the server on the same folder; resolves once it says that it listens. */
function start(): Promise<void> {
  return new Promise((resolve, reject) => {
    child = spawn(
      process.execPath,
      [main, "serve", "--host", host, "--port", "0", "--data-dir", folder],
      {
        stdio: ["ignore", "pipe", "inherit"],
        // The server takes no variable for an option that it does not know.
        env: {
          ...process.env,
          TELLTALE_KILLS: undefined,
          TELLTALE_LARGEST_BATCH: undefined,
          TELLTALE_LONGEST_LIFE: undefined,
          TELLTALE_LOG_LEVEL: "silent",
        },
      },
    );
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (address === undefined) return;
      url = address;
      resolve();
    });
    child.once("error", reject);
  });
}

function kill(): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test(`[K2] ${KILLS} kills under load: what was acknowledged counts once, and nothing else`, {
  timeout: 120_000 + KILLS * 6_000,
}, async () => {
  const random = seededRandom(20_261_123);
  const acknowledged = new Set<string>();
  let sent = 0;
  let retried = 0;
  let writing = true;

  /** Sends batches, each again and again with the same ids until it is acknowledged. */
  const write = async (writer: number): Promise<void> => {
    for (let batch = 0; writing; batch++) {
      const events = Array.from({ length: 1 + (batch % LARGEST_BATCH) }, (_, index) => ({
        id: `w${writer}-${batch}-${index}`,
        model: `model-${writer}`,
        prompt_tokens: 3,
        completion_tokens: 2,
        latency_ms: 10,
      }));
      sent += events.length;
      for (let done = false; !done; ) {
        try {
          const response = await fetch(`${url}/ingest/requests`, {
            method: "POST",
            body: JSON.stringify(events),
          });
          done = response.status === 202;
          const { accepted, duplicates } = (await response.json()) as Record<string, number>;
          expect((accepted ?? 0) + (duplicates ?? 0)).toBe(events.length);
        } catch {
          retried++;
          await pause(20);
        }
      }
      for (const { id } of events) acknowledged.add(id);
    }
  };

  await start();
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
  for (let kills = 0; kills < KILLS; kills++) {
    await pause(50 + random() * (LONGEST_LIFE - 50));
    await kill();
    await start();
  }
  await pause(200);
  writing = false;
  await Promise.all(writers);

  const stored: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const response = await fetch(`${url}/api/v1/requests?limit=1000${query}`);
    const page = (await response.json()) as {
      requests: RequestUpdate[];
      next_cursor: string | null;
    };
    stored.push(...page.requests.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  const kept = new Set(stored);
  expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
  expect(stored.filter((id) => !acknowledged.has(id))).toEqual([]);
  console.warn(`${acknowledged.size} events acknowledged, ${retried} requests sent again`);
  expect([stored.length, kept.size]).toEqual([sent, sent]);
  const snapshot = (await (await fetch(`${url}/api/v1/snapshot`)).json()) as Snapshot;
  expect(snapshot.metrics).toMatchObject({ total_requests: sent, total_tokens: 5 * sent });

  // The test has tested something: calls were cut off in the middle, and much was sent.
  expect(retried).toBeGreaterThan(KILLS / 2);
  expect(sent).toBeGreaterThan(100);
});
