import type { RequestEvent } from "../src/event.ts";
import type { Amendment, StoredJoin } from "../src/history/store.ts";
import type { PipelineStore } from "../src/pipeline.ts";

/** A store in memory, as far as the pipeline needs one. */
export class MemoryStore implements PipelineStore {
  readonly rows = new Map<string, { event: RequestEvent; storedAt: number }>();
  readonly joins: StoredJoin[] = [];
  failing = false;

  async append(
    events: readonly RequestEvent[],
    storedAt: number,
    amendments: readonly Amendment[] = [],
    joins: readonly StoredJoin[] = [],
  ): Promise<void> {
    if (this.failing) throw new Error("The disk is gone");
    for (const event of events) {
      if (this.rows.has(event.id)) throw new Error(`${event.id} is stored twice`);
      this.rows.set(event.id, { event, storedAt });
    }
    this.joins.push(...joins);
    for (const { after } of amendments) {
      const row = this.rows.get(after.id);
      if (row === undefined) throw new Error(`${after.id} is amended but not stored`);
      row.event = after;
    }
  }
  get events(): RequestEvent[] {
    return Array.from(this.rows.values(), ({ event }) => event);
  }
  request = async (id: string) => this.rows.get(id)?.event ?? null;
}
