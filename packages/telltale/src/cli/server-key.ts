import { UsageError } from "./options.ts";

/** The words of `--help` for the flag of {@link keyHeaders}. */
export const KEY_FLAG = ["--key <key>", "a key of the server (TELLTALE_KEY)"] as const;

/**
 * Headers that let a command in, from the flag or `TELLTALE_KEY`; none without.
 *
 * @throws {UsageError} which does not repeat the key
 */
export function keyHeaders(
  flag: string | undefined,
  env: NodeJS.ProcessEnv,
): { readonly authorization?: string } {
  const key = (flag ?? env["TELLTALE_KEY"] ?? "").trim();
  if (key === "") return {};
  if (/^[\x21-\x7e]+$/.test(key)) return { authorization: `Bearer ${key}` };
  throw new UsageError(`${flag === undefined ? "TELLTALE_KEY" : "--key"}: expected a key, tt_…`);
}
