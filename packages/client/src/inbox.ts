import { type AnyEnvelope, downSchemas, envelope, validate } from "@telltale/protocol";
import type { Config } from "./config.ts";
import { ProtocolError } from "./errors.ts";

/** More different faults than this are one fault: the peer speaks another protocol. */
const MOST_REPORTS = 100;

export interface InboxEvents {
  /** An envelope in order, not seen before, and valid if its type is known. */
  message(message: AnyEnvelope): void;
  /** Messages `from`..`to` never arrived. */
  gap(from: number, to: number): void;
  fault(error: ProtocolError): void;
}

/** Turns frames into envelopes and holds the sequence rules. */
export class Inbox {
  readonly #events: InboxEvents;
  readonly #schemas: () => Config["schemas"];
  readonly #reported = new Set<string>();
  /** Sequence of the newest message. */
  last: number | undefined;

  /** @param schemas those of the application, by type */
  constructor(events: InboxEvents, schemas: () => Config["schemas"] = () => undefined) {
    this.#events = events;
    this.#schemas = schemas;
  }

  /** A new connection counts from anywhere, and so does what follows an `init`. */
  restart(): void {
    this.last = undefined;
  }

  /** Takes one frame: an envelope or an array of them. */
  accept(frame: unknown): void {
    let content: unknown;
    try {
      if (typeof frame !== "string") throw frame;
      content = JSON.parse(frame);
    } catch {
      this.#fault("frame", "", "JSON text", typeof frame === "string" ? "other text" : "binary");
      return;
    }
    if (Array.isArray(content)) for (const one of content) this.#take(one);
    else this.#take(content);
  }

  #take(content: unknown): void {
    const issue = validate(envelope, content);
    if (issue) {
      this.#fault("frame", issue.path, issue.expected, issue.received);
      return;
    }
    const message = content as AnyEnvelope;
    const { type, sequence } = message;
    if (type === "init") this.restart();
    if (sequence !== undefined) {
      const last = this.last;
      if (last !== undefined && sequence <= last) return;
      this.last = sequence;
      if (last !== undefined && sequence > last + 1) this.#events.gap(last + 1, sequence - 1);
    }
    const own = this.#schemas() ?? {};
    const schema = downSchemas.get(type) ?? (Object.hasOwn(own, type) ? own[type] : undefined);
    // After the sequence: a message that cannot be used has arrived all the same.
    const fault = schema && validate(schema, message.data, "data");
    if (fault) this.#fault(type, fault.path, fault.expected, fault.received);
    else this.#events.message(message);
  }

  #fault(type: string, path: string, expected: string, received: string): void {
    const key = `${type} ${path}`;
    if (this.#reported.has(key) || this.#reported.size >= MOST_REPORTS) return;
    this.#reported.add(key);
    const message = `${type}: expected ${expected} at ${path || "the top"}, received ${received}`;
    this.#events.fault(new ProtocolError(message, type, path));
  }
}
