import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Caller, includes } from "../access/caller.ts";
import type { OriginPolicy } from "../access/origins.ts";
import { type Admissions, scopeMissing } from "./admission.ts";
import { METHODS } from "./instance.ts";
import { ProblemError } from "./problem.ts";
import { isOfProject, neededScope, pathOf } from "./scopes.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

export interface GuardOptions {
  readonly admissions: Admissions;
  readonly origins: OriginPolicy;
}

/** Before every route: headers for browsers, and whether the caller may use it. */
export function guard(app: FastifyInstance, { admissions, origins }: GuardOptions): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { stranger, caller, refusal } = admissions.of(request.raw);
    if (stranger) throw stranger;
    const { origin } = request.headers;
    if (origin !== undefined && origins.allows(origin)) {
      reply.headers({
        "access-control-allow-origin": origin,
        "cross-origin-resource-policy": "cross-origin",
        vary: "Origin",
      });
      if (isPreflight(request)) {
        return reply
          .code(204)
          .headers({
            "access-control-allow-methods": METHODS.join(", "),
            "access-control-allow-headers":
              request.headers["access-control-request-headers"] ?? "*",
            "access-control-max-age": "600",
          })
          .send();
      }
    }
    const needed = request.is404
      ? "open"
      : neededScope(request.method, request.routeOptions.url ?? "");
    if (needed === "open") {
      // What a project has is not told to those who may not see it.
      if (refusal && request.is404 && isOfProject(pathOf(request.url))) throw refusal;
      return;
    }
    if (refusal) throw refusal;
    if (caller === undefined || !includes(caller.scope, needed)) {
      throw caller ? scopeMissing(needed, caller) : new ProblemError("key_required", "Send a key");
    }
  });
}

/** A browser asks whether a page may ask; it sends no key along. */
function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** Who calls; on a route with a scope there always is one. @throws {ProblemError} 401 */
export function callerOf(admissions: Admissions, request: FastifyRequest): Caller {
  const { caller, refusal } = admissions.of(request.raw);
  if (caller === undefined) throw refusal ?? new ProblemError("key_required", "Send a key");
  return caller;
}
