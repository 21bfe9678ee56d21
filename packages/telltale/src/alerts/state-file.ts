import { z } from "zod";
import { Document } from "../settings/document.ts";
import { alertSchema } from "./alert.ts";
import { deliverySchema } from "./channels/delivery.ts";
import type { AlertState } from "./evaluate.ts";

const stateSchema = z.object({
  alerts: z.array(alertSchema).default([]),
  deliveries: z.array(deliverySchema).default([]),
});

export type StoredState = z.output<typeof stateSchema>;

/**
 * What fires and which messages are on their way, in one file: either both are there after a crash or
 * neither, so no alert counts as told whose message is lost.
 */
export class StateFile {
  readonly #document: Document<StoredState>;
  readonly #failed: (error: unknown) => void;
  #current: (() => StoredState) | undefined;
  #dirty = false;
  #saving: Promise<void> | undefined;

  private constructor(document: Document<StoredState>, failed: (error: unknown) => void) {
    this.#document = document;
    this.#failed = failed;
  }

  /** @throws {StorageError} when the file can not be used. */
  static async open(
    path: string,
    now: () => number,
    failed: (error: unknown) => void,
  ): Promise<StateFile> {
    const empty = (): StoredState => ({ alerts: [], deliveries: [] });
    return new StateFile(await Document.open({ path, schema: stateSchema, empty, now }), failed);
  }

  /** What to tell the operator when the file was damaged. */
  get damage(): string | null {
    return this.#document.damage;
  }

  get deliveries(): StoredState["deliveries"] {
    return this.#document.value.deliveries;
  }

  /** The alerts as they were when the server last stopped. */
  get alerts(): AlertState {
    const { alerts } = this.#document.value;
    const active: AlertState["active"] = new Map(
      alerts.flatMap((alert) =>
        alert.state === "resolved" ? [] : [[`${alert.rule_id} ${alert.subject}`, alert] as const],
      ),
    );
    const resolved = alerts.filter((alert) => alert.state === "resolved");
    return { active, resolved, evaluatedAt: null };
  }

  /** Whether the last write failed: then the next tick is a chance to try again. */
  get isDirty(): boolean {
    return this.#dirty && this.#saving === undefined;
  }

  /** Writes what `current` gives then. Changes that come while the disk is busy share the next write. */
  save(current: () => StoredState): void {
    this.#current = current;
    this.#dirty = true;
    this.#saving ??= this.#write().finally(() => {
      this.#saving = undefined;
    });
  }

  /** Resolves when nothing waits to be written. */
  async saved(): Promise<void> {
    if (this.isDirty && this.#current) this.save(this.#current);
    await this.#saving;
  }

  async #write(): Promise<void> {
    while (this.#dirty && this.#current) {
      this.#dirty = false;
      try {
        await this.#document.update(this.#current);
      } catch (error) {
        this.#dirty = true;
        this.#failed(error);
        return;
      }
    }
  }
}
