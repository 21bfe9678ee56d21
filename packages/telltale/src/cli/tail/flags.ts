import type { RequestStatus } from "@telltale/protocol";
import { UsageError } from "../options.ts";
import { queryOf } from "../query-flag.ts";
import { isAddress } from "../server-address.ts";
import { keyHeaders } from "../server-key.ts";
import { streamAddress } from "../stream-address.ts";
import type { Filter } from "./filter.ts";

/** Values of the flags as commander gives them. */
export interface TailFlags {
  readonly model?: readonly string[];
  readonly status?: string;
  readonly errors?: boolean;
  readonly minLatency?: string;
  readonly user?: string;
  readonly text?: string;
  readonly json?: boolean;
  readonly limit?: string;
  readonly key?: string;
  /** False with `--no-retry`. */
  readonly retry: boolean;
}

export interface TailOptions {
  readonly url: URL;
  /** That let it in. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly filter: Filter;
  readonly json: boolean;
  readonly limit: number;
  readonly retry: boolean;
}

const finished: readonly RequestStatus[] = ["success", "error"];
const known: readonly RequestStatus[] = [...finished, "in_progress"];

/** @throws {UsageError} naming the flag and what was expected. */
export function readFlags(
  words: readonly string[],
  flags: TailFlags,
  env: NodeJS.ProcessEnv,
): TailOptions {
  const [address, ...others] = words.filter(isAddress);
  if (others.length > 0) throw new UsageError("A tail is of one server; give one address");
  const asked = words.filter((word) => !isAddress(word));
  const json = flags.json ?? false;
  const { user, text } = flags;
  const models = flags.model?.flatMap(listOf);
  return {
    url: urlOf(address, env),
    headers: keyHeaders(flags.key, env),
    filter: {
      statuses: statusesOf(flags, json),
      ...(models && models.length > 0 && { models }),
      ...(flags.minLatency !== undefined && { minLatency: latencyOf(flags.minLatency) }),
      ...(user && { user }),
      ...(text && { text }),
      ...(asked.length > 0 && { query: queryOf(asked) }),
    },
    json,
    limit: flags.limit === undefined ? Number.POSITIVE_INFINITY : limitOf(flags.limit),
    retry: flags.retry,
  };
}

function urlOf(address: string | undefined, env: NodeJS.ProcessEnv): URL {
  const variable = env["TELLTALE_URL"] || undefined;
  const written = address ?? variable ?? "http://127.0.0.1:8000";
  try {
    return streamAddress(written);
  } catch (error) {
    const source = address === undefined && variable ? "TELLTALE_URL " : "";
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${source}${written}: ${reason}`);
  }
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

function statusesOf({ status, errors }: TailFlags, json: boolean): readonly RequestStatus[] {
  if (status === undefined) return errors ? ["error"] : finished;
  if (errors) throw new UsageError("--errors is short for --status error; give one of the two");
  const names = listOf(status);
  const statuses = known.filter((name) => names.includes(name));
  if (statuses.length !== new Set(names).size || statuses.length === 0) {
    throw new UsageError(`--status ${status}: expected ${known.join(", ")}`);
  }
  if (statuses.includes("in_progress") && !json) {
    throw new UsageError(
      "--status in_progress: requests that still run are shown with --json only",
    );
  }
  return statuses;
}

function latencyOf(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`--min-latency ${text}: expected milliseconds, such as 2000`);
}

function limitOf(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new UsageError(`--limit ${text}: expected a whole number from 1 up`);
}
