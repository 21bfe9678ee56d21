import { codeOf } from "../connect-failure.ts";
import { UsageError } from "../options.ts";
import { printableJson } from "../printable.ts";
import { keyHeaders } from "../server-key.ts";
import { shownAddress, streamAddress } from "../stream-address.ts";
import { type Output, Screen } from "../tail/screen.ts";
import { type Examination, examine, type Result } from "./examine.ts";
import { resultLine, verdictLine, verdictOf } from "./report.ts";
import { patience } from "./target.ts";

/** Values of the flags as commander gives them. */
export interface DoctorFlags {
  readonly origin?: string;
  /** s */
  readonly listen: string;
  readonly json?: boolean;
  readonly key?: string;
}

/** Examines a stream and prints what it found; the exit code is 1 when something failed. */
export async function doctor(address: string, flags: DoctorFlags): Promise<number> {
  const examination = readFlags(address, flags, process.env);
  process.stdout.on("error", (error) => {
    // Whoever read along has seen enough.
    process.exit(codeOf(error) === "EPIPE" ? 0 : 1);
  });
  return runDoctor(examination, flags.json ?? false, process.stdout, process.env);
}

/** @throws {UsageError} naming the flag and what was expected. */
export function readFlags(
  address: string,
  { origin, listen, key }: DoctorFlags,
  env: NodeJS.ProcessEnv = {},
): Examination {
  const seconds = Number(listen);
  if (!(seconds >= 1 && seconds <= 3600)) {
    throw new UsageError(`--listen ${listen}: expected seconds from 1 to 3600`);
  }
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).origin === origin)) {
    throw new UsageError(
      `--origin ${origin}: expected an origin as browsers write it, such as https://app.example.com`,
    );
  }
  return {
    url: urlOf(address),
    patience: { ...patience, listen: seconds * 1000 },
    headers: keyHeaders(key, env),
    ...(origin !== undefined && { origin }),
  };
}

function urlOf(address: string): URL | Error {
  try {
    return streamAddress(address);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Returns the exit code. */
export async function runDoctor(
  examination: Examination,
  json: boolean,
  out: Output,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { paint } = new Screen(out, out, env);
  const results: Result[] = [];
  for await (const result of examine(examination)) {
    results.push(result);
    if (!json) out.write(`${resultLine(result, paint)}\n`);
  }
  const verdict = verdictOf(results);
  const { url } = examination;
  if (json) {
    const shown = url instanceof Error ? null : shownAddress(url);
    out.write(`${printableJson({ url: shown, verdict, checks: results })}\n`);
  } else {
    out.write(`\n${verdictLine(results, paint)}\n`);
  }
  return verdict === "fail" ? 1 : 0;
}
