import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { SESSION_LIFETIME } from "../access/access.ts";
import type { ProjectRecord } from "../access/book.ts";
import { type Caller, includes } from "../access/caller.ts";
import { cookieIn, PROJECT_COOKIE, SESSION_COOKIE, setCookie } from "../access/credentials.ts";
import { callerOf, scopeMissing } from "./admission.ts";
import { answers, describe, type JsonSchema } from "./describe.ts";
import type { HouseOptions } from "./house-options.ts";
import { stored } from "./intake.ts";
import { jsonBody } from "./json-body.ts";
import { ProblemError } from "./problem.ts";

const signInBody = z.strictObject({
  key: z.string({ error: "expected a key, tt_…" }).trim().min(1, { error: "expected a key, tt_…" }),
  project: z.string().optional().describe("Id of the project to show; an administrator may choose"),
});

const switchBody = z.strictObject({ project: z.string({ error: "expected the id of a project" }) });

const projectRef: JsonSchema = {
  type: "object",
  properties: { id: { type: "string" }, name: { type: "string" } },
  required: ["id", "name"],
};

const session: JsonSchema = {
  type: "object",
  properties: {
    auth: { type: "string", enum: ["off", "required"] },
    caller: {
      anyOf: [
        {
          type: "object",
          properties: {
            scope: { type: "string", enum: ["ingest", "read", "admin"] },
            project: projectRef,
            key: { anyOf: [projectRef, { type: "null" }] },
          },
          required: ["scope", "project", "key"],
        },
        { type: "null" },
      ],
    },
    projects: { type: "array", items: projectRef },
  },
  required: ["auth", "caller", "projects"],
};

/** `/api/v1/session`: browsers trade a key for a cookie, see who they are and choose a project. */
export function registerSession(app: FastifyInstance, options: HouseOptions): void {
  const { access, admissions, limits, whereabouts, passes } = options;
  const path = "/api/v1/session";

  const refOf = ({ id, name }: ProjectRecord): { id: string; name: string } => ({ id, name });

  const answerFor = (caller: Caller | undefined): object => {
    const shown = caller && access.project(caller.project);
    if (caller === undefined || shown === undefined) {
      return { auth: access.required ? "required" : "off", caller: null, projects: [] };
    }
    return {
      auth: access.required ? "required" : "off",
      caller: { scope: caller.scope, project: refOf(shown), key: caller.key },
      projects: includes(caller.scope, "admin") ? access.projects.map(refOf) : [refOf(shown)],
    };
  };

  const remember = (
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    value: string,
  ): void => {
    const { secure } = whereabouts(request.raw);
    const cookie = { name, value, secure, maxAge: SESSION_LIFETIME / 1000 };
    reply.header("set-cookie", setCookie(request.headers, cookie));
  };

  const known = (project: string): string => {
    if (access.project(project)) return project;
    throw new ProblemError("invalid_body", "project: no project has this id", { path: "project" });
  };

  app.get(
    path,
    describe({
      summary: "Whether a key is needed, who calls, and which projects they may choose",
      tag: "access",
      answers: answers("Always answered; `caller` is null for those who have to sign in", session),
    }),
    (request, reply) => {
      const { caller } = admissions.of(request.raw);
      reply.header("cache-control", "no-store");
      const cookie = cookieIn(request.headers, SESSION_COOKIE);
      if (cookie !== null && access.required) {
        // It lasts as long again; one that is over is forgotten.
        if (caller?.by === "session") remember(request, reply, SESSION_COOKIE, cookie);
        else if (caller === undefined) remember(request, reply, SESSION_COOKIE, "");
      }
      return answerFor(caller);
    },
  );

  app.post(
    path,
    describe({
      summary: "Sign in: trade a key for a session cookie",
      tag: "access",
      body: { "application/json": signInBody },
      answers: answers("As GET answers, with the cookie", session),
    }),
    async (request, reply) => {
      const { key, project } = await jsonBody(request, limits, signInBody);
      const { caller, refusal } = admissions.identify(key, request.raw);
      if (caller === undefined) throw refusal ?? new ProblemError("key_required", "Send a key");
      if (caller.by !== "key" || caller.key === null) {
        throw new ProblemError("invalid_key", "A session is traded for a key, tt_…");
      }
      if (!includes(caller.scope, "read")) throw scopeMissing("read", caller, "The page");
      if (project !== undefined && project !== caller.project && !includes(caller.scope, "admin")) {
        throw scopeMissing("admin", caller, "Another project than that of the key");
      }
      const shown = project === undefined ? caller.project : known(project);
      reply.header("cache-control", "no-store");
      if (!access.required) {
        remember(request, reply, PROJECT_COOKIE, shown);
        return answerFor({ ...caller, project: shown });
      }
      const signedIn = await stored(access.signIn(caller.key, shown));
      remember(request, reply, SESSION_COOKIE, signedIn.secret);
      return answerFor(signedIn.caller);
    },
  );

  app.patch(
    path,
    describe({
      summary: "Show another project from now on",
      tag: "access",
      body: { "application/json": switchBody },
      answers: answers("As GET answers", session),
    }),
    async (request, reply) => {
      const caller = callerOf(admissions, request.raw);
      const project = known((await jsonBody(request, limits, switchBody)).project);
      if (caller.session !== null) {
        await stored(access.switchTo(caller.session, project));
        passes.review();
      } else if (caller.by === "open") remember(request, reply, PROJECT_COOKIE, project);
      else {
        throw new ProblemError(
          "invalid_body",
          "There is no session to switch; with a key, the header X-Telltale-Project chooses",
        );
      }
      return answerFor({ ...caller, project });
    },
  );

  app.delete(
    path,
    describe({
      summary: "Sign out",
      tag: "access",
      answers: { 204: { about: "Signed out, or was not signed in" } },
    }),
    async (request, reply) => {
      const { caller } = admissions.of(request.raw);
      if (caller?.session) {
        await stored(access.signOut(caller.session));
        passes.review();
      }
      remember(request, reply, access.required ? SESSION_COOKIE : PROJECT_COOKIE, "");
      return reply.code(204).send();
    },
  );

  app.post(
    "/api/v1/tickets",
    describe({
      summary: "A ticket for one stream, for a page that may not have the key",
      tag: "access",
      description:
        "Good once, within 30 seconds: `/metrics/stream?ticket=`, or as the token of the client's `getToken`.",
      answers: answers(
        "The ticket",
        {
          type: "object",
          properties: { ticket: { type: "string" }, expires_at: { type: "integer" } },
          required: ["ticket", "expires_at"],
        },
        201,
      ),
    }),
    (request, reply) => {
      const issued = access.tickets.issue(callerOf(admissions, request.raw));
      return reply.code(201).header("cache-control", "no-store").send(issued);
    },
  );
}
