import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { CHANNEL_KEYS } from "../alerts/channels/schema.ts";
import { type Config, configSchema } from "../config.ts";
import { TARGET_KEYS } from "../ingest/prometheus/target.ts";

/** What the operator wrote is wrong; shown without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type Key = keyof typeof configSchema.shape;

/** Options with parts of their own: in the config file, and in variables that name a part. */
export const STRUCTURED: ReadonlySet<string> = new Set(["upstreams", "channels"]);

const KEYS = Object.keys(configSchema.shape) as readonly Key[];
const FILES = ["telltale.config.ts", "telltale.config.json"];

/** `dataDir` → `data-dir`, as flags are written. */
export function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `dataDir` → `TELLTALE_DATA_DIR`. */
export function variableOf(key: string): string {
  return `TELLTALE_${flagOf(key).replaceAll("-", "_").toUpperCase()}`;
}

export interface Sources {
  /** Flags by option name, as text. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The file named by `--config`. */
  readonly file?: string | undefined;
}

/**
 * One frozen config from flags, environment, file and defaults, in that order.
 *
 * @throws {UsageError} naming the option, where it was set, and what was expected.
 */
export async function loadConfig(sources: Sources): Promise<Config> {
  const file = await readFile(sources);
  const merged: Record<string, unknown> = { ...file.values };
  const origin = new Map<string, string>(
    Object.keys(file.values).map((key) => [key, file.name ?? "the config file"]),
  );
  for (const key of KEYS) {
    if (STRUCTURED.has(key)) continue;
    const variable = sources.env[variableOf(key)];
    if (variable !== undefined && variable !== "") {
      merged[key] = coerce(key, variable);
      origin.set(key, variableOf(key));
    }
    const flag = sources.flags[key];
    if (flag !== undefined) {
      merged[key] = coerce(key, flag);
      origin.set(key, `--${flagOf(key)}`);
    }
  }
  checkVariables(sources.env);
  merged["upstreams"] = { ...objectOf(merged["upstreams"]), ...upstreamsFrom(sources.env, merged) };
  merged["channels"] = { ...objectOf(merged["channels"]), ...channelsFrom(sources.env, merged) };
  const parsed = configSchema.safeParse(merged);
  if (!parsed.success) throw usageError(parsed.error, origin);
  return Object.freeze({ ...parsed.data, dataDir: resolve(sources.cwd, parsed.data.dataDir) });
}

async function readFile({ file, env, cwd }: Sources): Promise<{
  values: Record<string, unknown>;
  name?: string;
}> {
  const named = file ?? (env["TELLTALE_CONFIG"] || undefined);
  const name = named ?? FILES.find((candidate) => existsSync(resolve(cwd, candidate)));
  if (name === undefined) return { values: {} };
  const path = resolve(cwd, name);
  if (!existsSync(path)) throw new UsageError(`The config file ${name} does not exist`);
  try {
    const values: unknown = name.endsWith(".json")
      ? JSON.parse(readFileSync(path, "utf8"))
      : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
    if (typeof values !== "object" || values === null || Array.isArray(values)) {
      throw new UsageError(`${name} holds no object; expected options such as { "port": 8000 }`);
    }
    return { values: { ...values }, name };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = /Unknown file extension/.test(reason)
      ? "this Node.js does not run TypeScript; use telltale.config.json, or Node.js 24"
      : reason;
    throw new UsageError(`${name} could not be read: ${hint}`);
  }
}

/** `TELLTALE_PROXY_<NAME>_URL` names an upstream by its address alone. */
function upstreamsFrom(env: NodeJS.ProcessEnv, merged: Record<string, unknown>): object {
  const known = objectOf(merged["upstreams"]);
  const found: Record<string, unknown> = {};
  for (const [variable, url] of Object.entries(env)) {
    const name = /^TELLTALE_PROXY_([A-Z0-9_]+)_URL$/.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || url === undefined || url === "") continue;
    found[name] = { ...objectOf(known[name]), url };
  }
  return found;
}

const CHANNEL_VARIABLE = /^TELLTALE_CHANNEL_([A-Z0-9_]+)_(URL|SECRET|PASSWORD)$/;

/** `TELLTALE_CHANNEL_<NAME>_URL` and the like: what is secret of a channel need not be in a file. */
function channelsFrom(env: NodeJS.ProcessEnv, merged: Record<string, unknown>): object {
  const known = objectOf(merged["channels"]);
  const found: Record<string, Record<string, unknown>> = {};
  for (const [variable, value] of Object.entries(env)) {
    const [, upper = "", part = ""] = CHANNEL_VARIABLE.exec(variable) ?? [];
    const name = upper.toLowerCase();
    if (name === "" || value === undefined || value === "") continue;
    const kind = /^https:\/\/hooks\.slack\.com\//.test(value) ? "slack" : "webhook";
    const before = found[name] ?? objectOf(known[name]);
    const url = part === "URL";
    found[name] = { ...(url ? { kind } : {}), ...before, [part.toLowerCase()]: value };
  }
  return found;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Text from a flag or variable, in the type that the option has. */
function coerce(key: Key, text: string): unknown {
  const schema = z.toJSONSchema(configSchema.shape[key], { io: "input", unrepresentable: "any" });
  if (schema.type === "integer") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (schema.type === "array")
    return text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  return text;
}

const OTHER_VARIABLES = ["TELLTALE_CONFIG", "TELLTALE_URL", "TELLTALE_KEY"];

function checkVariables(env: NodeJS.ProcessEnv): void {
  const known = [...KEYS.filter((key) => !STRUCTURED.has(key)).map(variableOf), ...OTHER_VARIABLES];
  for (const name of Object.keys(env)) {
    if (!name.startsWith("TELLTALE_") || known.includes(name)) continue;
    if (/^TELLTALE_PROXY_[A-Z0-9_]+_URL$/.test(name) || CHANNEL_VARIABLE.test(name)) continue;
    throw new UsageError(`${name} is no option; did you mean ${nearest(name, known)}?`);
  }
}

function usageError(error: z.ZodError, origin: ReadonlyMap<string, string>): UsageError {
  const issue = error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const known =
      issue.path.length === 0
        ? KEYS
        : issue.path[0] === "scrape"
          ? TARGET_KEYS
          : issue.path[0] === "channels"
            ? CHANNEL_KEYS
            : ["url", "api", "provider"];
    const where = issue.path.length === 0 ? "" : ` of ${issue.path.join(".")}`;
    return new UsageError(`${key} is no option${where}; did you mean ${nearest(key, known)}?`);
  }
  const path = issue?.path.join(".") ?? "";
  const key = String(issue?.path[0] ?? "");
  const wanted =
    issue?.code === "invalid_type" && issue.expected === "number"
      ? "expected a whole number"
      : (issue?.message ?? "is wrong");
  return new UsageError(`${origin.get(key) ?? path} (${path}): ${wanted}`);
}

/** The known name that takes the fewest edits to reach (Levenshtein). */
export function nearest(name: string, known: readonly string[]): string {
  let best = known[0] ?? "";
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
