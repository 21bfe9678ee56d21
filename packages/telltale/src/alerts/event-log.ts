import { type FileHandle, open, readFile } from "node:fs/promises";
import { z } from "zod";
import { Queue } from "../queue.ts";
import { replaceFile } from "../whole-file.ts";
import type { FiringAlert, ResolvedAlert } from "./alert.ts";
import { severitySchema } from "./rule.ts";

/** What once happened to an alert. */
export const alertEventSchema = z.object({
  /** Grows by one with each event, never reused. */
  seq: z.int().min(1),
  /** Unix ms. */
  at: z.number(),
  state: z.enum(["firing", "resolved", "acknowledged"]),
  alert_id: z.string(),
  rule_id: z.string(),
  name: z.string(),
  kind: z.string(),
  severity: severitySchema,
  labels: z.record(z.string(), z.string()),
  subject: z.string().optional(),
  model: z.string().optional(),
  metric: z.string().optional(),
  value: z.number().optional(),
  threshold: z.number().optional(),
  message: z.string(),
  started_at: z.number(),
  fired_at: z.number(),
  silenced: z.boolean(),
  note: z.string().optional(),
});

export type AlertEvent = z.output<typeof alertEventSchema>;

export interface EventFilter {
  /** Unix ms, inclusive. */
  readonly from?: number | undefined;
  /** Unix ms, exclusive. */
  readonly to?: number | undefined;
  readonly rule?: string | undefined;
  readonly state?: AlertEvent["state"] | undefined;
}

export interface EventPage {
  /** Newest first. */
  readonly events: readonly AlertEvent[];
  /** The `before` of the next page; null on the last. Stable while events arrive. */
  readonly next: number | null;
}

/** Events kept; older ones go first. */
const MOST = 10_000;
/** Events older than this go, ms. */
const OLDEST = 400 * 86_400_000;

/**
 * The history of alerts: a file of one JSON line per event, appended and synced, and rewritten beside
 * itself when half of it is to be forgotten. A last line that a crash tore is dropped; any other line
 * that can not be read is left where it is and counted.
 */
export class EventLog {
  readonly #path: string;
  #file: FileHandle;
  /** Oldest first. */
  #events: AlertEvent[];
  #seq: number;
  /** Lines in the file. */
  #lines: number;
  /** Whether the last line in the file may be incomplete. */
  #torn = false;
  readonly #writes = new Queue();
  /** Lines that could not be read at start. */
  readonly unreadable: number;

  private constructor(path: string, file: FileHandle, { events, lines, unreadable }: Contents) {
    this.#path = path;
    this.#file = file;
    this.#events = events;
    this.#seq = events.at(-1)?.seq ?? 0;
    this.#lines = lines;
    this.unreadable = unreadable;
  }

  static async open(path: string, now: number): Promise<EventLog> {
    const file = await open(path, "a+", 0o600);
    const bytes = await readFile(path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) await file.truncate(whole);
    return new EventLog(path, file, read(bytes.subarray(0, whole).toString("utf8"), now));
  }

  /** Adds events; resolves once they are on disk. What is asked for meanwhile has them already. */
  append(events: readonly Omit<AlertEvent, "seq">[]): Promise<void> {
    const added = events.map((event) => ({ ...event, seq: ++this.#seq }));
    this.#events.push(...added);
    return this.#writes.run(async () => {
      // What a full disk cut short must not run into what comes after it.
      const lines = added.map((event) => `${JSON.stringify(event)}\n`).join("");
      const text = this.#torn ? `\n${lines}` : lines;
      this.#torn = true;
      await this.#file.appendFile(text);
      await this.#file.datasync();
      this.#torn = false;
      this.#lines += added.length;
      if (this.#lines > 2 * MOST) await this.#compact();
    });
  }

  page({ from, to, rule, state }: EventFilter, limit: number, before?: number): EventPage {
    const events: AlertEvent[] = [];
    for (let index = this.#events.length - 1; index >= 0; index--) {
      const event = this.#events[index];
      if (event === undefined || (before !== undefined && event.seq >= before)) continue;
      if (from !== undefined && event.at < from) continue;
      if (to !== undefined && event.at >= to) continue;
      if (rule !== undefined && event.rule_id !== rule) continue;
      if (state !== undefined && event.state !== state) continue;
      if (events.length === limit) return { events, next: events.at(-1)?.seq ?? null };
      events.push(event);
    }
    return { events, next: null };
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#file.close();
  }

  async #compact(): Promise<void> {
    this.#events = this.#events.slice(-MOST);
    const kept = this.#events;
    const lines = kept.map((event) => `${JSON.stringify(event)}\n`).join("");
    await replaceFile(this.#path, (file) => file.writeFile(lines));
    await this.#file.close();
    this.#file = await open(this.#path, "a+", 0o600);
    this.#lines = kept.length;
  }
}

interface Contents {
  readonly events: AlertEvent[];
  readonly lines: number;
  readonly unreadable: number;
}

function read(text: string, now: number): Contents {
  const events: AlertEvent[] = [];
  const lines = text.split("\n").filter((line) => line !== "");
  let unreadable = 0;
  for (const line of lines) {
    const event = parse(line);
    if (event === undefined) unreadable++;
    else if (now - event.at < OLDEST) events.push(event);
  }
  return { events: events.slice(-MOST), lines: lines.length, unreadable };
}

function parse(line: string): AlertEvent | undefined {
  try {
    return alertEventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** What an alert that fires or is over says in its history. */
export function eventOf(alert: FiringAlert | ResolvedAlert): Omit<AlertEvent, "seq"> {
  const { id, rule_id, name, kind, severity, labels, message, started_at, fired_at, silenced } =
    alert;
  return {
    at: alert.state === "resolved" ? alert.resolved_at : fired_at,
    state: alert.state,
    alert_id: id,
    rule_id,
    name,
    kind,
    severity,
    labels,
    ...(alert.about === undefined ? {} : { subject: alert.about }),
    ...(alert.model === undefined ? {} : { model: alert.model }),
    ...(alert.metric === undefined ? {} : { metric: alert.metric }),
    ...(alert.value === undefined ? {} : { value: alert.value }),
    ...(alert.threshold === undefined ? {} : { threshold: alert.threshold }),
    message,
    started_at,
    fired_at,
    silenced,
  };
}
