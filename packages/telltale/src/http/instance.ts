import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from "fastify";
import { PROBLEM_TYPE, ProblemError } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

export interface InstanceOptions {
  readonly logger: FastifyBaseLogger;
  readonly maxBodyBytes: number;
}

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Routes without a server of their own: requests are handed to `routing`. */
export function createInstance({ logger, maxBodyBytes }: InstanceOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    // Ids travel in paths; they may be up to 256 characters, each up to nine when encoded.
    routerOptions: { maxParamLength: 4096 },
    // What the router can not read never comes to the handlers below, and its own words repeat it.
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const why =
        error.code === "FST_ERR_BAD_URL"
          ? "The address is not correctly percent-encoded UTF-8"
          : "A part of the address is too long";
      const problem = new ProblemError("not_found", why);
      void reply
        .code(problem.status)
        .headers(SECURITY_HEADERS)
        .type(PROBLEM_TYPE)
        .send(JSON.stringify(problem.body()));
    },
  });

  // Bodies are read as they are: the doors judge their form, whatever type they state.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, maxBodyBytes);
    if (problem.status === 500) request.log.error({ err: error }, "request failed");
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem.body()));
  });

  app.setNotFoundHandler((request) => {
    const path = request.url.split("?")[0] ?? "/";
    const allowed = METHODS.filter((method) => app.findRoute({ method, url: path }) !== null);
    if (allowed.length > 0) {
      throw new ProblemError(
        "method_not_allowed",
        `${request.method} is not understood here; use ${allowed.join(" or ")}`,
        {},
        { allow: allowed.join(", ") },
      );
    }
    throw new ProblemError("not_found", "See docs/api.md for what there is");
  });
  return app;
}

/** Any error as the problem that is answered. */
export function problemOf(error: unknown, maxBodyBytes: number): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new ProblemError(
      "body_too_large",
      `A body may have ${maxBodyBytes} bytes; send smaller batches`,
    );
  }
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new ProblemError("invalid_body", error instanceof Error ? error.message : "");
  }
  return new ProblemError("internal", "The fault is logged; the same request may succeed later");
}
