import { z } from "zod";
import type { Limits } from "./access/limits.ts";
import { isNetwork } from "./access/proxies.ts";
import { channelsSchema } from "./alerts/channels/schema.ts";
import { scrapeOption } from "./ingest/prometheus/target.ts";
import type { Upstream } from "./ingest/proxy/upstream.ts";

const MIB = 1024 * 1024;

const bytes = (value: number): z.ZodDefault<z.ZodInt> => z.int().min(1024).default(value);

const origin = z.string().refine(
  (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && url.origin === text && /^https?:$/.test(url.protocol);
  },
  { error: "expected an origin as browsers write it, such as https://metrics.example.com" },
);

const httpUrl = z.url({ protocol: /^https?$/, error: "expected an http:// or https:// address" });

const upstream = z.strictObject({
  url: httpUrl,
  api: z.enum(["openai", "anthropic"]).default("openai"),
  provider: z.string().min(1).optional(),
});

/**
 * Every option with its default and what it is for. Flags, environment variables, `--help` and
 * docs/configuration.md follow from this.
 */
export const configSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address to listen on; beyond this machine keys are asked for"),
  port: z.int().min(0).max(65_535).default(8000).describe("Port to listen on; 0 picks a free one"),
  auth: z
    .enum(["auto", "required", "off"])
    .default("auto")
    .describe("Whether keys are asked for: auto beyond this machine, required always, off never"),
  tlsCert: z
    .string()
    .default("")
    .describe("File with the certificate and its chain (PEM), to be reached by https"),
  tlsKey: z.string().default("").describe("File with the key of the certificate (PEM)"),
  trustedProxies: z
    .array(
      z.string().refine(isNetwork, {
        error: "expected addresses or networks, such as 127.0.0.1 or 10.0.0.0/8",
      }),
    )
    .default([])
    .describe("Proxies in front whose X-Forwarded headers are believed, separated by commas"),
  dataDir: z.string().min(1).default(".telltale").describe("Folder for the history"),
  tickMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(1000)
    .describe("Time between updates of the figures, ms"),
  windowSeconds: z
    .int()
    .min(10)
    .max(3600)
    .default(300)
    .describe("Length of the trailing window of averages and percentiles, s"),
  recentRequests: z
    .int()
    .min(1)
    .max(2000)
    .default(200)
    .describe("Requests and errors that a page gets when it opens"),
  inFlightTimeoutMs: z
    .int()
    .min(1000)
    .default(600_000)
    .describe("Silence after which a running request is taken for lost, ms"),
  allowedOrigins: z
    .array(origin)
    .default([])
    .describe(
      "Other origins whose pages may read and write, and frame boards, separated by commas",
    ),
  logLevel: z
    .enum(["fatal", "error", "warn", "info", "debug", "silent"])
    .default("warn")
    .describe("Least important log lines to write to standard error"),
  memoryLimit: z
    .string()
    .regex(/^\d+(MB|GB)$/, { error: "expected a size such as 512MB or 2GB" })
    .default("512MB")
    .describe("Memory the history may use"),
  projectMemoryLimit: z
    .string()
    .regex(/^\d+(MB|GB)$/, { error: "expected a size such as 128MB or 2GB" })
    .default("128MB")
    .describe("Memory the history of each project other than the first may use"),
  damagedLog: z
    .enum(["refuse", "cut"])
    .default("refuse")
    .describe(
      "What to do when the log of the history is damaged: not start, or cut the damage off",
    ),
  retentionDays: z
    .int()
    .min(0)
    .default(90)
    .describe("Days that requests are kept, counted from when they were stored; 0 for ever"),
  retentionBytes: z
    .int()
    .min(0)
    .default(10 * 1024 * MIB)
    .describe("Bytes of the history on disk above which the oldest requests go; 0 for no limit"),
  sumRetentionDays: z
    .int()
    .min(0)
    .default(1095)
    .describe("Days that the sums by the hour are kept; 0 for ever. Totals stay"),
  maxQueuedEvents: z
    .int()
    .min(1)
    .default(100_000)
    .describe("Events that may wait for the disk; more are answered 503"),
  maxBodyBytes: bytes(16 * MIB).describe("Bytes of a report's body as sent"),
  maxInflatedBytes: bytes(64 * MIB).describe("Bytes of a compressed body once inflated"),
  maxInflateRatio: z
    .int()
    .min(1)
    .default(20)
    .describe("Inflated over compressed size, judged above 8 MiB"),
  maxJsonDepth: z.int().min(1).max(1000).default(32).describe("Nesting of JSON"),
  maxPayloadBytes: bytes(64 * 1024).describe("Bytes of a WebSocket message from a client"),
  maxFragments: z.int().min(1).default(16).describe("Fragments of a message from a client"),
  maxMessages: z.int().min(1).default(100).describe("Messages a client may send in ten seconds"),
  maxQueueBytes: bytes(MIB).describe("Bytes that may wait for a slow reader"),
  maxProxyBodyBytes: bytes(64 * MIB).describe("Bytes of the body of a proxied LLM call"),
  stallTimeoutMs: z
    .int()
    .min(1000)
    .default(30_000)
    .describe("Time without progress after which a slow reader is closed, ms"),
  pricesFile: z
    .string()
    .default("")
    .describe("File with your own prices, or LiteLLM's; read again when it changes"),
  upstreams: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/), upstream)
    .default({})
    .describe("Services behind /proxy/<name>/"),
  scrape: scrapeOption
    .default([])
    .describe("Addresses of metrics of engines and GPUs to fetch, separated by commas"),
  channels: channelsSchema.default({}).describe("Where alerts are sent, by name"),
});

export type ConfigInput = z.input<typeof configSchema>;
export type Config = z.output<typeof configSchema>;

/** Whether the server is out of reach of other machines. */
export function isLoopback({ host }: Pick<Config, "host">): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

/**
 * Whether callers have to show a key.
 *
 * @throws {RangeError} where nobody would be asked though others can reach the server
 */
export function isKeyRequired({ auth, host }: Pick<Config, "auth" | "host">): boolean {
  if (auth !== "off") return auth === "required" || !isLoopback({ host });
  if (isLoopback({ host })) return false;
  throw new RangeError(
    `auth: "off" together with host ${host} would let everybody on the network read and write; leave auth out, or listen on 127.0.0.1`,
  );
}

export function limitsOf(config: Config): Limits {
  return {
    maxBodyBytes: config.maxBodyBytes,
    maxInflatedBytes: config.maxInflatedBytes,
    maxInflateRatio: config.maxInflateRatio,
    maxJsonDepth: config.maxJsonDepth,
    maxPayload: config.maxPayloadBytes,
    maxFragments: config.maxFragments,
    maxMessages: config.maxMessages,
    maxQueueBytes: config.maxQueueBytes,
  };
}

const DEFAULT_UPSTREAMS: ConfigInput["upstreams"] = {
  openai: { url: "https://api.openai.com", provider: "openai" },
  anthropic: { url: "https://api.anthropic.com", api: "anthropic", provider: "anthropic" },
};

/** The configured upstreams, on top of OpenAI and Anthropic themselves. */
export function upstreamsOf(config: Config): Upstream[] {
  const merged = new Map(Object.entries(configSchema.shape.upstreams.parse(DEFAULT_UPSTREAMS)));
  for (const [name, given] of Object.entries(config.upstreams)) {
    const known = merged.get(name);
    // The environment gives an address only; the rest stays as it is known for that name.
    merged.set(name, {
      ...given,
      api: known?.api ?? given.api,
      provider: given.provider ?? known?.provider,
    });
  }
  return Array.from(merged, ([name, { url, api, provider }]) => ({
    name,
    // The path of a call brings its own /v1; people paste base addresses with and without.
    url: url.replace(/\/+$/, "").replace(/\/v1$/, ""),
    api,
    provider: provider ?? name,
    demo: false,
  }));
}
