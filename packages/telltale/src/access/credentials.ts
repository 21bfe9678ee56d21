import type { IncomingHttpHeaders } from "node:http";
import { isKeyLike } from "./secret.ts";

/** Header for a key where `Authorization` is somebody else's, and everywhere. */
export const KEY_HEADER = "x-telltale-key";
/** Header by which a caller of scope `admin` chooses a project. */
export const PROJECT_HEADER = "x-telltale-project";
export const SESSION_COOKIE = "telltale_session";
/** On a server that asks for no key: the project that the browser shows. */
export const PROJECT_COOKIE = "telltale_project";

/**
 * The key of a request: `X-Telltale-Key`, a bearer token, or the password of Basic authentication
 * (Langfuse, Prometheus), in this order.
 *
 * @param proxied whether these headers go on to a provider. There `Authorization` and `x-api-key`
 *   are the provider's, and `X-Telltale-Key` may be a label, unless they hold a key of ours.
 */
export function keyIn(headers: IncomingHttpHeaders, proxied: boolean): string | null {
  const candidates = [
    textOf(headers[KEY_HEADER]),
    tokenOf(headers.authorization),
    ...(proxied ? [textOf(headers["x-api-key"])] : []),
  ];
  const given = candidates.filter((text) => text !== null && text !== "");
  return given.find((text) => !proxied || isKeyLike(text ?? "")) ?? null;
}

function textOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header)?.trim() ?? null;
}

function tokenOf(authorization: string | undefined): string | null {
  const [, scheme = "", rest = ""] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? "") ?? [];
  if (scheme === "") return null;
  if (scheme.toLowerCase() === "bearer") return rest;
  const pair = Buffer.from(rest, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}

/** Browsers send a cookie to all ports of a host: servers on several each have their own. */
function nameAt({ host = "" }: IncomingHttpHeaders, name: string): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port === undefined ? name : `${name}_${port}`;
}

/** The value of a cookie, whether or not it is bound to https or to the port by its name. */
export function cookieIn(headers: IncomingHttpHeaders, name: string): string | null {
  const values = new Map<string, string>();
  for (const part of (headers.cookie ?? "").split(";")) {
    const [key = "", value = ""] = part.trim().split("=", 2);
    if (!values.has(key)) values.set(key, value);
  }
  // Only a page of this very host over https can have set those with the prefix.
  const names = [nameAt(headers, name), name].flatMap((own) => [`__Host-${own}`, own]);
  return names.map((own) => values.get(own)).find((value) => value !== undefined) ?? null;
}

/** A `Cookie` header without the cookies of this server. */
export function withoutCookies(header: string): string {
  const others = header.split(";").filter((part) => {
    const [name = ""] = part.trim().split("=", 1);
    const own = name.replace(/^__Host-/, "").replace(/_\d+$/, "");
    return ![SESSION_COOKIE, PROJECT_COOKIE].includes(own);
  });
  return others.join(";").trim();
}

export interface CookieOptions {
  readonly name: string;
  /** Empty: it is to be forgotten. */
  readonly value: string;
  readonly secure: boolean;
  /** s */
  readonly maxAge: number;
}

/** A `Set-Cookie` for who asks with these headers, that no script reads and no other site sends along. */
export function setCookie(
  headers: IncomingHttpHeaders,
  { name, value, secure, maxAge }: CookieOptions,
): string {
  const own = nameAt(headers, name);
  const full = secure ? `__Host-${own}` : own;
  const age = value === "" ? 0 : maxAge;
  return `${full}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? "; Secure" : ""}`;
}
