import { CloseCode } from "@telltale/protocol";
import type { Access } from "./access.ts";
import type { Caller } from "./caller.ts";

type End = (code: number, reason: string) => void;

/** Permission for one stream, for as long as it runs. */
export interface Pass {
  /** `end` is called once the permission ends; the returned function says that the stream has. */
  watch(end: End): () => void;
}

interface Holder {
  readonly caller: Caller;
  readonly streams: Set<End>;
}

const endings = {
  expired: { code: CloseCode.TOKEN_EXPIRED, reason: "key expired" },
  revoked: { code: CloseCode.TOKEN_REVOKED, reason: "key revoked" },
} as const;

/** Streams that are open, by who opened them. */
export class Passes {
  readonly #access: Pick<Access, "ended" | "touch">;
  readonly #holders = new Map<string, Holder>();

  constructor(access: Pick<Access, "ended" | "touch">) {
    this.#access = access;
  }

  /** Callers with streams. */
  get size(): number {
    return this.#holders.size;
  }

  of(caller: Caller): Pass {
    const { by, key, session, project } = caller;
    const name = JSON.stringify([by === "open", key?.id, session, project]);
    return {
      watch: (end) => {
        const holder = this.#holders.get(name) ?? { caller, streams: new Set() };
        this.#holders.set(name, holder);
        holder.streams.add(end);
        return () => {
          holder.streams.delete(end);
          if (holder.streams.size === 0 && this.#holders.get(name) === holder) {
            this.#holders.delete(name);
          }
        };
      },
    };
  }

  /** Ends the streams of everybody whose key, session or project is no more. */
  review(): void {
    for (const [name, { caller, streams }] of this.#holders) {
      const why = this.#access.ended(caller);
      if (why === null) {
        this.#access.touch(caller);
        continue;
      }
      this.#holders.delete(name);
      const { code, reason } = endings[why];
      for (const end of streams) end(code, reason);
    }
  }
}
