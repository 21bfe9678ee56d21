import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Limits } from "../access/limits.ts";
import {
  boardInputSchema,
  boardSchema,
  type ProjectBoards,
  TooManyBoardsError,
} from "../settings/boards.ts";
import { answers, describe } from "./describe.ts";
import { stored } from "./intake.ts";
import { jsonBody } from "./json-body.ts";
import { ProblemError } from "./problem.ts";

export interface BoardsOptions {
  readonly boards: ProjectBoards;
  readonly limits: Limits;
}

interface ById {
  Params: { id: string };
}

const PATH = "/api/v1/boards";
const ID = /^[\w-]{1,40}$/;

/** `/api/v1/boards`: boards for whoever reads the project. */
export function registerBoards(app: FastifyInstance, { boards, limits }: BoardsOptions): void {
  app.get(
    PATH,
    describe({
      summary: "The boards that are kept for everyone in the project",
      tag: "settings",
      answers: answers("Boards", z.object({ boards: z.array(boardSchema) })),
    }),
    () => ({ boards: boards.boards }),
  );

  app.put<ById>(
    `${PATH}/:id`,
    describe({
      summary: "Keeps a board for everyone, in the place of the one of this id",
      tag: "settings",
      body: { "application/json": boardInputSchema },
      answers: answers("The board as it is kept", boardSchema),
    }),
    async (request) => {
      const { id } = request.params;
      if (!ID.test(id)) {
        throw new ProblemError(
          "invalid_query",
          "The id of a board is 1 to 40 letters, digits, - and _",
        );
      }
      const input = await jsonBody(request, limits, boardInputSchema);
      return await taken(boards.put(id, input));
    },
  );

  app.delete<ById>(
    `${PATH}/:id`,
    describe({
      summary: "Keeps a board no longer",
      tag: "settings",
      answers: { 204: { about: "It is gone" } },
    }),
    async (request, reply) => {
      if (!(await stored(boards.remove(request.params.id)))) {
        throw new ProblemError("not_found", "No board has this id");
      }
      return reply.code(204).send();
    },
  );
}

async function taken<T>(storing: Promise<T>): Promise<T> {
  try {
    return await stored(storing);
  } catch (error) {
    if (error instanceof TooManyBoardsError) throw new ProblemError("too_many", error.message);
    throw error;
  }
}
