import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export interface OriginPolicy {
  /**
   * Whether a browser page with these request headers may use the data of this server. Programs
   * that are no browsers send no Origin and are let in.
   */
  judge(headers: IncomingHttpHeaders): Verdict;
  /** Whether pages of this origin were allowed by the operator (and so get CORS headers). */
  allows(origin: string): boolean;
  /** The origins that the operator allowed. */
  readonly allowed: readonly string[];
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const OK: Verdict = { ok: true };

/**
 * Who may read and write from within a browser: pages of this server itself and of the origins the
 * operator names (OWASP ASVS 4.4.2).
 *
 * The Host header is judged too: a name that an attacker points at 127.0.0.1 (DNS rebinding) makes
 * its page same-origin with this server, and only Host gives it away.
 *
 * @param host what the server is bound to
 * @param allowed origins as browsers write them: `https://metrics.example.com`, `http://localhost:5173`
 */
export function originPolicy(host: string, allowed: readonly string[]): OriginPolicy {
  const origins = new Set(allowed);
  const hosts = new Set(LOOPBACK);
  hosts.add(host.includes(":") ? `[${host}]` : host.toLowerCase());
  for (const origin of allowed) hosts.add(hostnameOf(new URL(origin).host));

  const isOwn = (origin: string, hostHeader: string): boolean => {
    const port = portOf(hostHeader);
    for (const name of hosts) {
      if (origin === `http://${name}${port}`) return true;
    }
    return false;
  };

  return {
    judge(headers) {
      const { host: hostHeader = "", origin } = headers;
      if (!hosts.has(hostnameOf(hostHeader.toLowerCase()))) {
        return {
          ok: false,
          reason: `The host name ${quote(hostHeader)} is not one of this server`,
        };
      }
      if (origin === undefined) return judgeFetchSite(headers);
      if (origins.has(origin) || isOwn(origin, hostHeader.toLowerCase())) return OK;
      return { ok: false, reason: `Pages of ${quote(origin)} may not use this server` };
    },
    allows: (origin) => origins.has(origin),
    allowed,
  };
}

/** Browsers leave Origin out of some requests (images, scripts, `no-cors` reads), but not this. */
function judgeFetchSite(headers: IncomingHttpHeaders): Verdict {
  const site = headers["sec-fetch-site"];
  if (site !== "cross-site" && site !== "same-site") return OK;
  if (headers["sec-fetch-mode"] === "navigate") return OK;
  return { ok: false, reason: "Pages of other origins may not use this server" };
}

function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, "");
}

function portOf(host: string): string {
  return /:\d+$/.exec(host)?.[0] ?? "";
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
