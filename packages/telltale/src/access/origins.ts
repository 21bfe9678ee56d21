import type { IncomingHttpHeaders } from "node:http";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export interface OriginPolicy {
  /**
   * Whether a browser page with these request headers may use the data of this server. Programs
   * that are no browsers send no Origin and are let in.
   */
  judge(headers: IncomingHttpHeaders): Verdict;
  /** Whether they are those of a page of this server, which alone may use its cookies. */
  isOwn(headers: IncomingHttpHeaders): boolean;
  /** Whether pages of this origin were allowed by the operator (and so get CORS headers). */
  allows(origin: string): boolean;
  /** The origins that the operator allowed. */
  readonly allowed: readonly string[];
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const OK: Verdict = { ok: true };

export interface OriginOptions {
  /** What the server is bound to. */
  readonly host: string;
  /** Origins as browsers write them: `https://metrics.example.com`, `http://localhost:5173`. */
  readonly allowed: readonly string[];
  /** Whether a key is asked for: the server then answers to any name. */
  readonly anyHost?: boolean;
}

/**
 * Who may read and write from within a browser: pages of this server itself and of the origins the
 * operator names (OWASP ASVS 4.4.2).
 *
 * Without keys the Host header is judged too: a name that an attacker points at 127.0.0.1 (DNS
 * rebinding) makes its page same-origin with this server, and only Host gives it away. With keys such a
 * page gains nothing: browsers bind cookies to the name, and it has no key.
 */
export function originPolicy({ host, allowed, anyHost = false }: OriginOptions): OriginPolicy {
  const origins = new Set(allowed);
  const hosts = new Set(LOOPBACK);
  hosts.add(host.includes(":") ? `[${host}]` : host.toLowerCase());
  for (const origin of allowed) hosts.add(hostnameOf(new URL(origin).host));

  const isOwnOrigin = (origin: string, hostHeader: string): boolean => {
    if (anyHost) {
      return isHost(hostHeader) && /^https?:\/\//.test(origin) && hostOf(origin) === hostHeader;
    }
    const port = portOf(hostHeader);
    for (const name of hosts) {
      if (origin === `http://${name}${port}`) return true;
    }
    return false;
  };

  return {
    judge(headers) {
      const { origin } = headers;
      const hostHeader = headers.host?.toLowerCase() ?? "";
      const known = anyHost ? isHost(hostHeader) : hosts.has(hostnameOf(hostHeader));
      if (!known) {
        const name = quote(headers.host ?? "");
        return { ok: false, reason: `The host name ${name} is not one of this server` };
      }
      if (origin === undefined) return judgeFetchSite(headers);
      if (origins.has(origin) || isOwnOrigin(origin, hostHeader)) return OK;
      return { ok: false, reason: `Pages of ${quote(origin)} may not use this server` };
    },
    isOwn(headers) {
      const { origin } = headers;
      if (origin !== undefined) return isOwnOrigin(origin, headers.host?.toLowerCase() ?? "");
      const site = headers["sec-fetch-site"];
      return site === undefined || site === "same-origin" || site === "none";
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

/** A name or address as browsers write it, and a port. */
function isHost(host: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(host);
}

function hostOf(origin: string): string {
  return origin.replace(/^https?:\/\//, "");
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
