import { useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "../notices/toasts.ts";
import { get, RestError } from "../services/rest.ts";
import { send } from "../services/send.ts";
import { type KeptBoard, readList } from "./boards.ts";

const PATH = "/api/v1/boards";
const KEY = ["boards"];

// A colleague may change them.
const REFRESH_MS = 30_000;

/** Null of a server that keeps none. @throws {RestError} */
async function fetchBoards(signal: AbortSignal): Promise<readonly KeptBoard[] | null> {
  try {
    const { boards } = (await get(PATH, signal)) as { readonly boards: readonly unknown[] };
    return readList(boards);
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return null;
    throw error;
  }
}

/** The boards that the project keeps for everyone; undefined before it has said, null where it keeps none. */
export function useProjectBoards(): readonly KeptBoard[] | null | undefined {
  const { data, isPending } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => fetchBoards(signal),
    refetchInterval: REFRESH_MS,
  });
  return isPending ? undefined : (data ?? null);
}

interface Changes {
  /** Keeps it in the place of the one with its id. Whether that went well. */
  readonly keep: (board: KeptBoard) => Promise<boolean>;
  readonly remove: (board: KeptBoard) => Promise<boolean>;
}

/** Changes what everyone sees; what goes wrong is said in passing. */
export function useProjectBoardChanges(): Changes {
  const queries = useQueryClient();
  const change = async (method: "PUT" | "DELETE", { id, ...board }: KeptBoard) => {
    try {
      await send(method, `${PATH}/${id}`, method === "PUT" ? board : undefined);
      return true;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      toast({ id: "board", tone: "bad", title: "The project's boards stay as they were", text });
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey: KEY });
    }
  };
  const keep = (board: KeptBoard): Promise<boolean> => change("PUT", board);
  return {
    keep,
    remove: async (board) => {
      const gone = await change("DELETE", board);
      if (gone) {
        toast({
          id: "board",
          tone: "plain",
          title: `“${board.name}” is no longer kept for everyone`,
          action: { name: "Undo", run: () => void keep(board) },
        });
      }
      return gone;
    },
  };
}
