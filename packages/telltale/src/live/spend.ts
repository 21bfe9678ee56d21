import type { CostUpdate } from "@telltale/protocol";
import { endOf, type RequestEvent } from "../event.ts";
import type { HourCost } from "../history/store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What callers that give no service name are shown as. */
const UNNAMED = "unknown";

interface Hour {
  models: Map<string, number>;
  services: Map<string, number>;
}

/** Money by hour, for the trailing day and the projection from it. US dollars. */
export class Spend {
  readonly #hours = new Map<number, Hour>();
  #first = Number.POSITIVE_INFINITY;

  add(event: RequestEvent, now: number): void {
    if (event.cost === null) return;
    const at = Math.min(endOf(event), now);
    this.#add(at, event.model, event.service, event.cost);
  }

  /** Takes out what was added. */
  remove(event: RequestEvent, now: number): void {
    if (event.cost === null) return;
    this.#add(Math.min(endOf(event), now), event.model, event.service, -event.cost);
  }

  restore(costs: readonly HourCost[]): void {
    for (const { hour, model, service, cost } of costs) this.#add(hour, model, service, cost);
  }

  /** The trailing 24 hours, to the hour, and 30 days at their pace. */
  day(now: number): CostUpdate {
    const from = now - DAY;
    const models: Record<string, number> = Object.create(null);
    const services: Record<string, number> = Object.create(null);
    let total = 0;
    for (const [start, hour] of this.#hours) {
      if (start + HOUR <= from) {
        this.#hours.delete(start);
        continue;
      }
      for (const [model, cost] of hour.models) {
        models[model] = (models[model] ?? 0) + cost;
        total += cost;
      }
      for (const [service, cost] of hour.services) {
        services[service] = (services[service] ?? 0) + cost;
      }
    }
    const covered = Math.min(DAY, Math.max(HOUR, now - this.#first));
    return {
      period: "day",
      total_cost: total,
      breakdown_by_model: models,
      breakdown_by_service: services,
      projected_monthly_cost: Number.isFinite(this.#first) ? (total / covered) * 30 * DAY : 0,
    };
  }

  #add(at: number, model: string, service: string | null, cost: number): void {
    const start = Math.floor(at / HOUR) * HOUR;
    let hour = this.#hours.get(start);
    if (hour === undefined) {
      hour = { models: new Map(), services: new Map() };
      this.#hours.set(start, hour);
    }
    const name = service ?? UNNAMED;
    hour.models.set(model, (hour.models.get(model) ?? 0) + cost);
    hour.services.set(name, (hour.services.get(name) ?? 0) + cost);
    if (at < this.#first) this.#first = at;
  }
}
