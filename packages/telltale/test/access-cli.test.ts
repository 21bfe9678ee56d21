import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Agent, request } from "undici";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readFlags as doctorFlags } from "../src/cli/doctor/doctor.ts";
import { examine } from "../src/cli/doctor/examine.ts";
import { runExport } from "../src/cli/export.ts";
import { runImport } from "../src/cli/import.ts";
import { createKey, listKeys, revokeKey } from "../src/cli/keys.ts";
import { replayTrace } from "../src/cli/replay/replay-trace.ts";
import { keyHeaders } from "../src/cli/server-key.ts";
import { readFlags } from "../src/cli/tail/flags.ts";
import { runTail } from "../src/cli/tail/tail.ts";
import { welcome } from "../src/cli/welcome.ts";
import { type GuardedServer, startGuarded, tap } from "./guarded-server.ts";
import { selfSigned } from "./self-signed.ts";

let server: GuardedServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-keys-"));
  server = await startGuarded();
}, 60_000);

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
}, 60_000);

/** What a command prints on standard output. */
async function printed(command: () => Promise<void>): Promise<string> {
  let text = "";
  const take = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const out = vi.spyOn(process.stdout, "write").mockImplementation(take);
  const notes = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  await command();
  out.mockRestore();
  notes.mockRestore();
  return text;
}

function sink(): Writable & { text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => text });
}

const made = async (scope: string, more: object = {}): Promise<string> => {
  const flags = { dataDir: server.dataDir, name: "by hand", project: "default", scope, ...more };
  return (await printed(() => createKey(flags))).trim();
};

test("[A10] a key that is made or revoked on the command line counts at once while the server runs", async () => {
  const key = await made("read", { expires: "90d" });
  expect(key).toMatch(/^tt_[\w-]{43}$/);
  const status = async () => (await server.call("/api/v1/models", { key })).status;
  await expect.poll(status, { timeout: 5000 }).toBe(200);
  const list = await printed(() => listKeys({ dataDir: server.dataDir }));
  expect(list).toMatch(/^id +scope +project +expires +last used +name$/m);
  const id = /^(\w+) +read +default +20\S+ \S+ +\S.* by hand$/m.exec(list)?.[1] ?? "";
  expect(list).not.toContain(key.slice(3));
  const stream = tap(server.url, "/metrics/stream", { authorization: `Bearer ${key}` });
  await stream.until("init");
  await printed(() => revokeKey(id, { dataDir: server.dataDir }));
  expect(await stream.closed).toBe(4102);
  expect(await status()).toBe(401);
  // What the server wrote meanwhile is in the file too.
  const all = await printed(() => listKeys({ dataDir: server.dataDir, json: true }));
  expect(JSON.parse(all)).toMatchObject([{ name: "First key", scope: "admin" }]);
});

test("[A10] is the way back in for who lost the first key", async () => {
  const key = await made("admin");
  await expect
    .poll(async () => (await server.call("/api/v1/keys", { key })).status, { timeout: 5000 })
    .toBe(200);
});

test.each([
  [{ scope: "all" }, /--scope all: expected ingest, read, admin/],
  [{ project: "none" }, /--project none: there are default/],
  [{ name: " " }, /--name/],
  [{ expires: "yesterday" }, /--expires yesterday: expected a time to come/],
  [{ expires: "2020-01-01" }, /--expires/],
])("wrong flags are named: %j", async (flags, text) => {
  await expect(made("read", flags)).rejects.toThrow(text);
});

test("no key has an unknown id", async () => {
  await expect(revokeKey("nope", { dataDir: server.dataDir })).rejects.toThrow(/keys list/);
});

test("[A10] commands that talk to a server take --key and TELLTALE_KEY", async () => {
  const { url } = server;
  const ingest = (await server.key("ingest")).secret;
  const read = (await server.key("read")).secret;
  const admin = server.adminKey;
  const around = { notes: sink(), now: Date.now };

  const trace = join(folder, "trace.csv");
  await writeFile(
    trace,
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,10,5\n",
  );
  const play = { file: trace, baseUrl: url, speed: "max" } as const;
  await expect(replayTrace(play)).rejects.toThrow(/401/);
  const counts = await replayTrace({ ...play, headers: keyHeaders(ingest, {}) });
  expect(counts.requests).toBe(1);

  const file = join(folder, "in.ndjson");
  await writeFile(file, '{"id":"in-1","model":"m","created":1767225600000}\n');
  const importing = { ...around, env: {} };
  await expect(runImport(file, { url, key: read }, importing)).rejects.toThrow(/403/);
  expect(await runImport(file, { url, key: admin }, importing)).toBe(0);

  const out = sink();
  const exporting = { ...around, out, signal: new AbortController().signal };
  await expect(runExport([], { url }, { ...exporting, env: {} })).rejects.toThrow(/401/);
  await runExport(["id:in-1"], { url }, { ...exporting, env: { TELLTALE_KEY: read } });
  expect(out.text()).toContain("in-1");

  const [shown, told] = [sink(), sink()];
  const tailing = readFlags([url], { json: true, limit: "1", retry: false, key: read }, {});
  const tailed = runTail(tailing, {
    out: shown,
    notes: told,
    env: {},
    signal: new AbortController().signal,
  });
  await expect.poll(() => told.text()).toContain("connected");
  await server.call("/ingest/requests", { key: ingest, body: { id: "tailed", model: "m" } });
  await tailed;
  expect(shown.text()).toMatch(/^\{"id":"tailed"/);

  const found = [];
  const examination = doctorFlags(url, { listen: "1", key: read });
  for await (const result of examine(examination)) found.push(result);
  expect(found.filter(({ status }) => status === "fail")).toEqual([]);
  expect(found.find(({ check }) => check === "first message")?.status).toBe("ok");
  expect(() => keyHeaders("tt_ümlaut", {})).toThrow(/--key: expected a key/);
  for (const text of [around.notes.text(), out.text(), JSON.stringify(found)]) {
    for (const key of [ingest, read, admin]) expect(text).not.toContain(key);
  }
}, 60_000);

test("[A12] the first key is printed once, after the line that says where the server is", () => {
  const about = { url: "http://192.0.2.1:8000", dataDir: ".telltale", demo: false };
  const first = welcome({ ...about, adminKey: "tt_first", keyRequired: true, exposed: true });
  expect(first.split("\n").slice(0, 3)).toEqual([
    "Telltale listening on http://192.0.2.1:8000",
    "Admin key (shown once): tt_first",
    expect.stringContaining("Keys travel unencrypted unless a TLS proxy is in front"),
  ]);
  const later = welcome({ ...about, adminKey: undefined, keyRequired: true, exposed: false });
  expect(later).not.toMatch(/shown once|unencrypted/);
  expect(later).toContain("X-Telltale-Key: $TELLTALE_KEY");
});

test("[A12] with a certificate it speaks https, and its cookies are bound to that", async () => {
  const { cert, key } = selfSigned("localhost", Date.now() - 3_600_000, Date.now() + 86_400_000);
  const [tlsCert, tlsKey] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await writeFile(tlsCert, cert);
  await writeFile(tlsKey, key);
  const secure = await startGuarded({ tlsCert, tlsKey, host: "127.0.0.1" });
  try {
    expect(secure.url).toMatch(/^https:/);
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const answer = await request(`${secure.url}/api/v1/session`, {
      method: "POST",
      body: JSON.stringify({ key: secure.adminKey }),
      headers: { origin: secure.url },
      dispatcher,
    });
    expect(answer.statusCode).toBe(200);
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^__Host-telltale_session_\d+=.*; Secure$/,
    );
    await answer.body.dump();
    await dispatcher.close();
  } finally {
    await secure.close();
  }
  await expect(startGuarded({ tlsCert: join(folder, "none.pem"), tlsKey })).rejects.toThrow(
    /tlsCert/,
  );
}, 60_000);
