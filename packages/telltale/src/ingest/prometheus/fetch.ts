import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { guardedLookup } from "./lookup.ts";
import type { ScrapeTarget } from "./target.ts";

/** Why a page could not be had, in words for the System page; nothing of the answer's body. */
export class ScrapeError extends Error {
  override readonly name = "ScrapeError";
}

export const MAX_PAGE_BYTES: number = 8 * 1024 * 1024;
const TOO_LARGE = `its page is larger than ${MAX_PAGE_BYTES / 1024 / 1024} MiB`;

const ACCEPT = "text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5";

/**
 * Gets the text of a target's page. Redirects are not followed: a target is the one that the operator
 * wrote.
 *
 * @param signal ends it; what it is aborted with is what this rejects with
 * @throws {ScrapeError}
 */
export async function fetchPage(target: ScrapeTarget, signal: AbortSignal): Promise<string> {
  try {
    const response = await answerOf(target, signal);
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      throw new ScrapeError(`it answers ${status}, and redirects are not followed`);
    }
    if (status !== 200) throw new ScrapeError(`it answers ${status}${hintFor(status)}`);
    return await textOf(response, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof ScrapeError ? error : new ScrapeError(reasonOf(error));
  }
}

function answerOf(target: ScrapeTarget, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = target.url.protocol === "https:" ? requestHttps : requestHttp;
    const headers = { accept: ACCEPT, "accept-encoding": "gzip", ...target.headers };
    request(target.url, { headers, signal, lookup: guardedLookup, agent: false }, resolve)
      .on("error", reject)
      .end();
  });
}

async function textOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    response.destroy();
    throw new ScrapeError("it answers in an encoding that was not asked for");
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.byteLength;
      if (size > MAX_PAGE_BYTES) throw new ScrapeError(TOO_LARGE);
      chunks.push(chunk);
    }
  };
  try {
    if (encoding === "gzip") await pipeline(response, createGunzip(), collect, { signal });
    else await pipeline(response, collect, { signal });
  } catch (error) {
    // What ends a pipeline in the middle is reported as it ends the beginning, by its abort.
    throw size > MAX_PAGE_BYTES ? new ScrapeError(TOO_LARGE) : error;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new ScrapeError("its page is not UTF-8 text");
  }
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return "; give the target a header that lets it in";
  if (status === 404) return "; is the path right, and does the engine export metrics?";
  return "";
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused; is it running?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "its name does not resolve";
    case "EFORBIDDEN":
      return "its name leads to an address of this machine's network that no name should";
    case "ECONNRESET":
    case "ERR_STREAM_PREMATURE_CLOSE":
      return "it closed the connection in the middle";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "it can not be reached from here";
    default:
      if (/CERT|SSL|TLS|SELF_SIGNED/.test(code)) return `its certificate is not trusted (${code})`;
      if (code.startsWith("HPE_")) return "what it answers is not HTTP";
      if (code.startsWith("Z_")) return "its page is not what gzip makes";
      return code === "" ? "it could not be read" : `it could not be read (${code})`;
  }
}
