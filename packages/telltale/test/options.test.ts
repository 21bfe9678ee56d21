import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig, UsageError } from "../src/cli/options.ts";
import { configOf } from "../src/cli/serve.ts";
import { configSchema, isKeyRequired, upstreamsOf } from "../src/config.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "telltale-options-"));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const load = (flags: Record<string, string> = {}, env: Record<string, string> = {}) =>
  loadConfig({ flags, env, cwd });
const write = (values: unknown): void =>
  writeFileSync(join(cwd, "telltale.config.json"), JSON.stringify(values));

test("flags win over the environment, the environment over the file, the file over defaults", async () => {
  write({ port: 1, host: "::1", tickMs: 500 });
  const config = await load({ port: "3" }, { TELLTALE_PORT: "2", TELLTALE_HOST: "localhost" });
  expect(config).toMatchObject({ port: 3, host: "localhost", tickMs: 500, windowSeconds: 300 });
});

test("lists are separated by commas, and the data folder is absolute", async () => {
  const config = await load({ allowedOrigins: "http://localhost:5173, https://a.example" });
  expect(config.allowedOrigins).toEqual(["http://localhost:5173", "https://a.example"]);
  expect(config.dataDir).toBe(join(cwd, ".telltale"));
});

test.each([
  [{ port: "http" }, {}, /^--port \(port\): .*number/],
  [{ port: "70000" }, {}, /^--port .*65535/],
  [{}, { TELLTALE_TICK_MS: "1" }, /^TELLTALE_TICK_MS \(tickMs\): .*100/],
  [{}, { TELLTALE_PROT: "1" }, /TELLTALE_PROT is no option; did you mean TELLTALE_PORT\?/],
  [{ allowedOrigins: "https://a.example/" }, {}, /^--allowed-origins .*origin as browsers write/],
  [{ allowedOrigins: "*" }, {}, /^--allowed-origins/],
  [{ memoryLimit: "lots" }, {}, /512MB/],
  [{ auth: "maybe" }, {}, /^--auth .*required/],
  [{ trustedProxies: "10.0.0.0/8,proxy" }, {}, /^--trusted-proxies .*10\.0\.0\.0\/8/],
])(
  "wrong value %# names the option, its source and what was expected",
  async (flags, env, text) => {
    await expect(load(flags, env)).rejects.toThrow(text);
    await expect(load(flags, env)).rejects.toBeInstanceOf(UsageError);
  },
);

test("an unknown key of the file names the nearest known one", async () => {
  write({ datadir: "x" });
  await expect(load()).rejects.toThrow(/datadir is no option; did you mean dataDir\?/);
  write({ upstreams: { a: { url: "http://h", apu: "openai" } } });
  await expect(load()).rejects.toThrow(/apu is no option of upstreams\.a; did you mean api\?/);
});

test("a file that is missing or no JSON is said so", async () => {
  await expect(loadConfig({ flags: {}, env: {}, cwd, file: "no.json" })).rejects.toThrow(
    /no\.json does not exist/,
  );
  writeFileSync(join(cwd, "telltale.config.json"), "{");
  await expect(load()).rejects.toThrow(/telltale\.config\.json could not be read/);
});

test("upstreams come from the environment, with or without /v1, on top of the known ones", async () => {
  const config = await load(
    {},
    {
      TELLTALE_PROXY_OPENAI_URL: "http://127.0.0.1:9/v1/",
      TELLTALE_PROXY_MY_VLLM_URL: "http://127.0.0.1:8001",
    },
  );
  expect(upstreamsOf(config)).toEqual([
    { name: "openai", url: "http://127.0.0.1:9", api: "openai", provider: "openai", demo: false },
    {
      name: "anthropic",
      url: "https://api.anthropic.com",
      api: "anthropic",
      provider: "anthropic",
      demo: false,
    },
    {
      name: "my_vllm",
      url: "http://127.0.0.1:8001",
      api: "openai",
      provider: "my_vllm",
      demo: false,
    },
  ]);
  await expect(load({}, { TELLTALE_PROXY_X_URL: "ftp://h" })).rejects.toThrow(/http:\/\//);
});

test.each([
  ["auto", "127.0.0.1", false],
  ["auto", "localhost", false],
  ["auto", "::1", false],
  ["auto", "0.0.0.0", true],
  ["auto", "::", true],
  ["auto", "metrics.example.com", true],
  ["auto", "127.0.0.1.example.com", true],
  ["required", "127.0.0.1", true],
  ["off", "127.0.0.1", false],
])("[A12] with auth %s on %s keys are asked for: %s", (auth, host, asked) => {
  expect(isKeyRequired(configSchema.parse({ auth, host }))).toBe(asked);
});

test("[A12] never open beyond this machine", async () => {
  const off = { auth: "off", host: "0.0.0.0", dataDir: cwd };
  await expect(configOf(off)).rejects.toThrow(/"off" together with host 0\.0\.0\.0 .*network/);
  await expect(configOf(off)).rejects.toBeInstanceOf(UsageError);
  await expect(configOf({ tlsCert: "cert.pem", dataDir: cwd })).rejects.toThrow(
    /tlsKey belong together/,
  );
});
