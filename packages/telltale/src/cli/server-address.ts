import { fieldOf } from "@telltale/protocol/query";
import { UsageError } from "./options.ts";

/**
 * The address of a server without a trailing slash, from the flag, `TELLTALE_URL` or the default.
 *
 * @throws {UsageError}
 */
export function serverAddress(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  const text = (flag ?? env["TELLTALE_URL"]) || "http://127.0.0.1:8000";
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full.replace(/^ws/, "http")) : undefined;
  if (!url?.hostname || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${text}: expected an address such as http://127.0.0.1:8000`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/metrics\/stream$/, "").replace(/\/+$/, "");
}

/** Whether a word on the command line is an address rather than part of a query. */
export function isAddress(word: string): boolean {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(word)) return true;
  const [, host = "", port] = /^([\w.-]+|\[[\da-f:]+\])(:\d+)?(?:\/\S*)?$/i.exec(word) ?? [];
  if (host === "") return false;
  if (port !== undefined) return fieldOf(host) === undefined;
  return host === "localhost" || /^[\w-]+(?:\.[\w-]+)+$/.test(host) || host.startsWith("[");
}
