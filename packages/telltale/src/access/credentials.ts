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

/** The value of a cookie, whether or not it is bound to https by its name. */
export function cookieIn({ cookie = "" }: IncomingHttpHeaders, name: string): string | null {
  let found: string | null = null;
  for (const part of cookie.split(";")) {
    const [key = "", value = ""] = part.trim().split("=", 2);
    // Only a page of this very host over https can have set this one.
    if (key === `__Host-${name}`) return value;
    if (key === name) found ??= value;
  }
  return found;
}

/** A `Cookie` header without the cookies of this server. */
export function withoutCookies(header: string): string {
  const others = header.split(";").filter((part) => {
    const [name = ""] = part.trim().split("=", 1);
    return ![SESSION_COOKIE, PROJECT_COOKIE].includes(name.replace(/^__Host-/, ""));
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

/** A `Set-Cookie` that no script reads and no other site sends along. */
export function setCookie({ name, value, secure, maxAge }: CookieOptions): string {
  const full = secure ? `__Host-${name}` : name;
  const age = value === "" ? 0 : maxAge;
  return `${full}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? "; Secure" : ""}`;
}
