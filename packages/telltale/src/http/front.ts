import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode } from "@telltale/protocol";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { type Caller, includes } from "../access/caller.ts";
import type { Passes } from "../access/passes.ts";
import type { StreamRequest } from "../stream/request.ts";
import type { Source } from "../stream/source.ts";
import type { Admitted, WebSocketDoor } from "../stream/websocket.ts";
import type { Denied } from "../stream/websocket-waiting.ts";
import { type Admissions, scopeMissing } from "./admission.ts";
import { problemOf } from "./instance.ts";
import { PROBLEM_TYPE, ProblemError } from "./problem.ts";
import { isOfProject, pathOf } from "./scopes.ts";
import { STREAM_PATH, streamRequestOf } from "./stream.ts";

/** What the front needs of a project. */
export interface OpenProject {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** @throws {ProblemError} 503 */
  source(stream: StreamRequest): Promise<Source>;
}

export interface FrontOptions {
  readonly house: FastifyInstance;
  readonly admissions: Admissions;
  readonly passes: Passes;
  readonly webSocket: () => Promise<WebSocketDoor>;
  /** The project of this id, at once where it is open. */
  readonly project: (id: string) => OpenProject | Promise<OpenProject>;
  readonly maxBodyBytes: number;
  readonly logger: FastifyBaseLogger;
}

export interface Front {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Where everything comes in: finds out who calls, and hands the request to the project that is theirs.
 * A project never sees what is not for it. Everything else, refusals included, is answered by the house.
 */
export function createFront(options: FrontOptions): Front {
  const { house, admissions, passes } = options;

  /** Notes why, so that the house can answer it. */
  const failed = (request: IncomingMessage, error: unknown): void => {
    if (error instanceof ProblemError) {
      admissions.refuse(request, error);
      return;
    }
    options.logger.error({ err: error }, "a project could not be opened");
    const detail = "The history of this project could not be opened; the log says why";
    const headers = { "retry-after": "5" };
    admissions.refuse(request, new ProblemError("storage_failed", detail, {}, headers));
  };

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    // Until the WebSocket takes it over, nobody else listens for a peer that hangs up.
    socket.on("error", () => undefined);
    try {
      const { stranger, caller, refusal } = admissions.of(request);
      if (pathOf(request.url ?? "/") !== STREAM_PATH) {
        throw new ProblemError("not_found", `The stream is at ${STREAM_PATH}`);
      }
      if (stranger) throw stranger;
      const stream = streamRequestOf(request);
      const door = await options.webSocket();
      if (caller) {
        door.accept(request, socket, head, await admitted(stream, reading(caller)));
        return;
      }
      // Browsers can not say who they are in an upgrade: what comes next decides.
      if (refusal?.code !== "key_required") throw refusal ?? new ProblemError("key_required", "");
      const taken = door.receive(request, socket, head, stream.since, (token, since) =>
        byToken(request, { ...stream, since }, token),
      );
      if (!taken) {
        throw new ProblemError(
          "too_many_attempts",
          "Too many connections wait to say who they are",
          {},
          { "retry-after": "10" },
        );
      }
    } catch (error) {
      const problem = problemOf(error, options.maxBodyBytes);
      if (problem.status === 500) options.logger.error({ err: error }, "a stream failed");
      options.logger.warn({ reason: problem.message }, "refused a stream");
      refuseUpgrade(socket, problem);
    }
  };

  const admitted = async (stream: StreamRequest, caller: Caller): Promise<Admitted> => {
    const project = await options.project(caller.project);
    return { stream, source: await project.source(stream), pass: passes.of(caller) };
  };

  const byToken = async (
    request: IncomingMessage,
    stream: StreamRequest,
    token: string,
  ): Promise<Admitted | Denied> => {
    const { caller, refusal } = admissions.identify(token, request);
    if (caller && includes(caller.scope, "read")) return admitted(stream, caller);
    if (caller) return { code: CloseCode.FORBIDDEN, reason: "the key may not read" };
    if (refusal?.code === "key_expired") {
      return { code: CloseCode.TOKEN_EXPIRED, reason: "key expired" };
    }
    if (refusal?.code === "too_many_attempts") {
      return { code: CloseCode.RATE_LIMITED, reason: "too many failed attempts" };
    }
    return { code: CloseCode.TOKEN_MISSING, reason: "key not known" };
  };

  return {
    request(request, response) {
      const { caller } = admissions.of(request);
      if (caller === undefined || !isOfProject(pathOf(request.url ?? "/"))) {
        house.routing(request, response);
        return;
      }
      try {
        const project = options.project(caller.project);
        if (!("then" in project)) {
          project.handle(request, response);
          return;
        }
        project.then(
          (opened) => opened.handle(request, response),
          (error: unknown) => {
            failed(request, error);
            house.routing(request, response);
          },
        );
      } catch (error) {
        failed(request, error);
        house.routing(request, response);
      }
    },
    upgrade: (request, socket, head) => void upgrade(request, socket, head),
  };
}

function reading(caller: Caller): Caller {
  if (!includes(caller.scope, "read")) throw scopeMissing("read", caller, "The stream");
  return caller;
}

/** An upgrade is refused in plain HTTP, before 101. */
function refuseUpgrade(socket: Duplex, problem: ProblemError): void {
  const body = JSON.stringify(problem.body());
  const headers = Object.entries(problem.headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.body().title}\r\n${headers}Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
