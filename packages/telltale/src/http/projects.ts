import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  accessName,
  DEFAULT_PROJECT,
  freeId,
  MOST_PROJECTS,
  type ProjectRecord,
  projectId,
  withoutProject,
} from "../access/book.ts";
import { answers, describe, type JsonSchema } from "./describe.ts";
import type { HouseOptions } from "./house-options.ts";
import { stored } from "./intake.ts";
import { jsonBody } from "./json-body.ts";
import { ProblemError } from "./problem.ts";

const newBody = z.strictObject({ name: accessName, id: projectId.optional() });
const nameBody = z.strictObject({ name: accessName });

const project: JsonSchema = {
  type: "object",
  properties: { id: { type: "string" }, name: { type: "string" }, created_at: { type: "integer" } },
  required: ["id", "name", "created_at"],
};

interface ById {
  Params: { id: string };
}

/** `/api/v1/projects`: each with data of its own. */
export function registerProjects(app: FastifyInstance, options: HouseOptions): void {
  const { access, limits, now, passes, removeProject } = options;
  const path = "/api/v1/projects";

  const existing = (id: string): ProjectRecord => {
    const found = access.project(id);
    if (found === undefined) throw new ProblemError("not_found", "No project has this id");
    return found;
  };

  app.get(
    path,
    describe({
      summary: "Projects",
      tag: "access",
      answers: answers("Projects", {
        type: "object",
        properties: { projects: { type: "array", items: project } },
      }),
    }),
    () => ({ projects: access.projects }),
  );

  app.post(
    path,
    describe({
      summary: "Make a project",
      tag: "access",
      description: "Without `id`, it is made of the name. It never changes.",
      body: { "application/json": newBody },
      answers: answers("The project", project, 201),
    }),
    async (request, reply) => {
      const { name, id } = await jsonBody(request, limits, newBody);
      let made: ProjectRecord | undefined;
      await stored(
        access.file.update((book) => {
          if (book.projects.length >= MOST_PROJECTS) {
            throw new ProblemError("too_many", `There are ${MOST_PROJECTS} projects`);
          }
          if (book.projects.some((one) => one.id === id)) {
            throw new ProblemError("conflict", "id: another project has it", { path: "id" });
          }
          made = { id: id ?? freeId(book, name), name, created_at: now() };
          return { ...book, projects: [...book.projects, made] };
        }),
      );
      return reply.code(201).header("location", `${path}/${made?.id}`).send(made);
    },
  );

  app.patch<ById>(
    `${path}/:id`,
    describe({
      summary: "Give a project another name",
      tag: "access",
      body: { "application/json": nameBody },
      answers: answers("The project", project),
    }),
    async (request) => {
      const { name } = await jsonBody(request, limits, nameBody);
      const { id } = existing(request.params.id);
      await stored(
        access.file.update((book) => ({
          ...book,
          projects: book.projects.map((one) => (one.id === id ? { ...one, name } : one)),
        })),
      );
      return existing(id);
    },
  );

  app.delete<ById>(
    `${path}/:id`,
    describe({
      summary: "Remove a project: its keys die, its folder is set aside",
      tag: "access",
      description:
        "The folder goes into `removed` in the data folder, from where it can be deleted or brought back by hand.",
      answers: { 204: { about: "It is removed" } },
    }),
    async (request, reply) => {
      const { id } = existing(request.params.id);
      if (id === DEFAULT_PROJECT) {
        throw new ProblemError("conflict", "The project `default` is always there");
      }
      await stored(access.file.update((book) => withoutProject(book, id)));
      passes.review();
      await removeProject(id);
      return reply.code(204).send();
    },
  );
}
