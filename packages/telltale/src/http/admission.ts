import type { IncomingMessage } from "node:http";
import type { Access } from "../access/access.ts";
import type { Attempts } from "../access/attempts.ts";
import { type Caller, includes } from "../access/caller.ts";
import {
  cookieIn,
  keyIn,
  PROJECT_COOKIE,
  PROJECT_HEADER,
  SESSION_COOKIE,
} from "../access/credentials.ts";
import type { OriginPolicy } from "../access/origins.ts";
import type { Whereabouts } from "../access/proxies.ts";
import { holdsKey } from "../access/secret.ts";
import { ProblemError } from "./problem.ts";
import { pathOf } from "./scopes.ts";

export interface AdmissionOptions {
  readonly access: Access;
  readonly attempts: Attempts;
  readonly origins: OriginPolicy;
  readonly whereabouts: (request: IncomingMessage) => Whereabouts;
}

/** What was made of a request at the door. */
export interface Admission {
  /** Set when the page it comes from may not use this server: no route answers it. */
  readonly stranger?: ProblemError;
  readonly caller?: Caller;
  /** Why there is no caller. Routes that anybody may call answer all the same. */
  readonly refusal?: ProblemError;
}

/** Judges each request once, before any route sees it. */
export class Admissions {
  readonly #options: AdmissionOptions;
  readonly #made = new WeakMap<IncomingMessage, Admission>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  of(request: IncomingMessage): Admission {
    const known = this.#made.get(request);
    if (known) return known;
    const admission = this.#judge(request);
    this.#made.set(request, admission);
    return admission;
  }

  /** Something else went wrong before a route could see it. */
  refuse(request: IncomingMessage, refusal: ProblemError): void {
    this.#made.set(request, { refusal });
  }

  /** Who a key or ticket belongs to that came otherwise than in a header. */
  identify(credential: string, request: IncomingMessage): Admission {
    const { access } = this.#options;
    const { caller, refusal } = access.identify({ key: credential, session: null, ticket: null });
    return caller ? { caller } : { refusal: this.#refusal(refusal, request) };
  }

  #judge(request: IncomingMessage): Admission {
    const { access, origins } = this.#options;
    const { headers, url = "/" } = request;
    const verdict = origins.judge(headers);
    if (!verdict.ok) return { stranger: forbidden(verdict.reason) };
    const path = pathOf(url);
    const query = url.slice(url.indexOf("?") + 1 || url.length);
    if (query !== "" && holdsKey(decoded(query))) {
      return {
        stranger: new ProblemError(
          "invalid_query",
          "A key does not belong into an address, which logs and histories keep: send it as `Authorization: Bearer`. Revoke this one and make another",
        ),
      };
    }
    const session = cookieIn(headers, SESSION_COOKIE);
    const identified = access.identify({
      key: keyIn(headers, path.startsWith("/proxy/")),
      session: session && origins.isOwn(headers) ? session : null,
      ticket: path === "/metrics/stream" ? new URLSearchParams(query).get("ticket") : null,
    });
    if (identified.caller === undefined) {
      return { refusal: this.#refusal(identified.refusal, request) };
    }
    const { caller } = identified;
    if (caller.by === "session" && changes(request) && headers.origin === undefined) {
      return {
        stranger: forbidden("A change by cookie needs the Origin of a page of this server"),
      };
    }
    return this.#inProject(caller, request);
  }

  /** With the project that an administrator asks for. */
  #inProject(caller: Caller, { headers }: IncomingMessage): Admission {
    const { access } = this.#options;
    const header = headers[PROJECT_HEADER];
    const asked = Array.isArray(header) ? header[0] : header;
    if (asked === undefined) {
      const shown = caller.by === "open" ? cookieIn(headers, PROJECT_COOKIE) : null;
      return shown !== null && access.project(shown)
        ? { caller: { ...caller, project: shown } }
        : { caller };
    }
    if (asked === caller.project) return { caller };
    if (!includes(caller.scope, "admin")) {
      return { refusal: scopeMissing("admin", caller, "Another project than that of the key") };
    }
    if (access.project(asked)) return { caller: { ...caller, project: asked } };
    const detail = "X-Telltale-Project: no project has this id; GET /api/v1/projects lists them";
    return { refusal: new ProblemError("not_found", detail) };
  }

  #refusal(
    {
      code,
      detail,
    }: { readonly code: "key_required" | "invalid_key" | "key_expired"; readonly detail: string },
    request: IncomingMessage,
  ): ProblemError {
    if (code === "invalid_key") {
      const { attempts, whereabouts } = this.#options;
      const wait = attempts.fail(whereabouts(request).address);
      if (wait !== undefined) {
        return new ProblemError(
          "too_many_attempts",
          `Wait ${wait} s before you try another key`,
          {},
          { "retry-after": String(wait) },
        );
      }
    }
    return new ProblemError(code, detail, {}, { "www-authenticate": 'Bearer realm="telltale"' });
  }
}

/** @param what needs that scope */
export function scopeMissing(
  scope: "ingest" | "read" | "admin",
  caller: Caller,
  what = "This address",
): ProblemError {
  return new ProblemError(
    "scope_missing",
    `${what} needs a key of scope ${scope}; this one has scope ${caller.scope}`,
    { scope },
  );
}

function forbidden(reason: string): ProblemError {
  return new ProblemError(
    "forbidden_origin",
    `${reason}. To let a page in, start the server with --allowed-origins and its origin`,
  );
}

function changes({ method }: IncomingMessage): boolean {
  return method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
}

/** However it was written. */
function decoded(url: string): string {
  return url.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
