import { z } from "zod";
import { givenName } from "../given-name.ts";
import { Document } from "./document.ts";

const MOST_BOARDS = 50;
const MOST_PANELS = 40;
/** Characters of a board as JSON. */
const LARGEST = 100_000;

/** What a panel asks and how it looks is the page's to say, and to judge when it reads one. */
const panelSchema = z.record(z.string(), z.union([z.string(), z.number()]));

export const boardInputSchema = z
  .object({
    name: givenName(80),
    panels: z.array(panelSchema).max(MOST_PANELS),
  })
  .refine((board) => JSON.stringify(board).length <= LARGEST, {
    message: `expected at most ${LARGEST} characters`,
  });

export type BoardInput = z.output<typeof boardInputSchema>;

export const boardSchema = z.object({
  id: z.string(),
  ...boardInputSchema.shape,
  /** Unix ms. */
  changed_at: z.number(),
});

export type ProjectBoard = z.output<typeof boardSchema>;

const fileSchema = z.object({ boards: z.array(boardSchema) });

/** There are as many as there may be. */
export class TooManyBoardsError extends Error {
  override readonly name = "TooManyBoardsError";
}

/** The boards that a project keeps for whoever reads it. */
export class ProjectBoards {
  readonly #now: () => number;
  readonly #document: Document<z.output<typeof fileSchema>>;

  private constructor(now: () => number, document: Document<z.output<typeof fileSchema>>) {
    this.#now = now;
    this.#document = document;
  }

  /** @throws {StorageError} when the file can not be used. */
  static async open(path: string, now: () => number): Promise<ProjectBoards> {
    const empty = (): z.output<typeof fileSchema> => ({ boards: [] });
    const document = await Document.open({ path, schema: fileSchema, empty, now });
    return new ProjectBoards(now, document);
  }

  /** What to tell the operator when the file was damaged. */
  get damage(): string | null {
    return this.#document.damage;
  }

  get boards(): readonly ProjectBoard[] {
    return this.#document.value.boards;
  }

  /** In the place of the one of this id, if there is one. @throws {TooManyBoardsError} */
  async put(id: string, input: BoardInput): Promise<ProjectBoard> {
    const board = { id, ...input, changed_at: this.#now() };
    await this.#document.update(({ boards }) => {
      if (boards.some((each) => each.id === id))
        return { boards: boards.map((each) => (each.id === id ? board : each)) };
      if (boards.length >= MOST_BOARDS)
        throw new TooManyBoardsError(`There are ${MOST_BOARDS} boards already`);
      return { boards: [...boards, board] };
    });
    return board;
  }

  /** Whether there was one. */
  async remove(id: string): Promise<boolean> {
    const known = this.boards.some((each) => each.id === id);
    if (known) {
      await this.#document.update(({ boards }) => ({
        boards: boards.filter((each) => each.id !== id),
      }));
    }
    return known;
  }
}
