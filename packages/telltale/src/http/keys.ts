import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  accessName,
  type KeyRecord,
  MOST_KEYS,
  projectId,
  scopes,
  withoutKey,
} from "../access/book.ts";
import { answers, describe, type JsonSchema } from "./describe.ts";
import type { HouseOptions } from "./house-options.ts";
import { stored } from "./intake.ts";
import { jsonBody } from "./json-body.ts";
import { ProblemError } from "./problem.ts";

const expiry = z
  .union([z.int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))], {
    error: "expected Unix ms or RFC 3339, such as 2027-01-31T00:00:00Z",
  })
  .nullable();

const keyBody = z.strictObject({
  name: accessName,
  project: projectId,
  scope: z.enum(scopes, { error: `expected ${scopes.join(", ")}` }),
  expires_at: expiry.optional(),
});

const time = { anyOf: [{ type: "integer" }, { type: "null" }] };
const key: JsonSchema = {
  type: "object",
  properties: {
    id: { type: "string" },
    name: { type: "string" },
    project: { type: "string" },
    scope: { type: "string", enum: scopes },
    created_at: { type: "integer" },
    expires_at: time,
    last_used_at: time,
  },
  required: ["id", "name", "project", "scope", "created_at", "expires_at", "last_used_at"],
};

/** `/api/v1/keys`: what lets programs and people in. The key itself is shown once, when it is made. */
export function registerKeys(app: FastifyInstance, options: HouseOptions): void {
  const { access, limits, now, passes } = options;
  const path = "/api/v1/keys";

  app.get(
    path,
    describe({
      summary: "Keys of all projects, without what they are",
      tag: "access",
      answers: answers("Keys", {
        type: "object",
        properties: { keys: { type: "array", items: key } },
      }),
    }),
    () => ({ keys: access.keys.map(shown) }),
  );

  app.post(
    path,
    describe({
      summary: "Make a key",
      tag: "access",
      description: "`secret` is the key. It is told this once: only its hash is kept.",
      body: { "application/json": keyBody },
      answers: answers(
        "The key",
        {
          type: "object",
          properties: { key, secret: { type: "string" } },
          required: ["key", "secret"],
        },
        201,
      ),
    }),
    async (request, reply) => {
      const asked = await jsonBody(request, limits, keyBody);
      const { name, project, scope, expires_at: expiresAt = null } = asked;
      if (access.project(project) === undefined) {
        throw new ProblemError("invalid_body", "project: no project has this id", {
          path: "project",
        });
      }
      if (expiresAt !== null && expiresAt <= now()) {
        throw new ProblemError("invalid_body", "expires_at: expected a time to come", {
          path: "expires_at",
        });
      }
      if (access.keys.length >= MOST_KEYS) {
        throw new ProblemError("too_many", `There are ${MOST_KEYS} keys; revoke some first`);
      }
      const made = await stored(access.createKey({ name, project, scope, expiresAt }));
      return reply
        .code(201)
        .headers({ location: `${path}/${made.key.id}`, "cache-control": "no-store" })
        .send({ key: shown(made.key), secret: made.secret });
    },
  );

  app.delete<{ Params: { id: string } }>(
    `${path}/:id`,
    describe({
      summary: "Revoke a key: its sessions and streams end within a second",
      tag: "access",
      answers: { 204: { about: "It is revoked" } },
    }),
    async (request, reply) => {
      const { id } = request.params;
      if (!access.keys.some((one) => one.id === id)) {
        throw new ProblemError("not_found", "No key has this id");
      }
      await stored(access.file.update((book) => withoutKey(book, id)));
      passes.review();
      return reply.code(204).send();
    },
  );
}

function shown({ hash: _, ...key }: KeyRecord): Omit<KeyRecord, "hash"> {
  return key;
}
