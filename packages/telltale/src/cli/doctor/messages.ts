import { type AnyEnvelope, downSchemas, envelope, validate } from "@telltale/protocol";
import type { Frame } from "./socket.ts";

export interface Message {
  readonly envelope: AnyEnvelope;
  /** When it arrived, Unix ms. */
  readonly at: number;
}

/** What the frames of a stream hold. */
export interface Reading {
  /** In the order they came, those with a wrong payload included. */
  readonly messages: readonly Message[];
  /** What does not fit, and how often. */
  readonly faults: ReadonlyMap<string, number>;
  /** Frames that held several envelopes. */
  readonly arrays: number;
}

export function readFrames(frames: readonly Frame[]): Reading {
  const messages: Message[] = [];
  const faults = new Map<string, number>();
  let arrays = 0;
  const fault = (what: string): void => {
    faults.set(what, (faults.get(what) ?? 0) + 1);
  };
  const take = (content: unknown, at: number): void => {
    const wrong = validate(envelope, content);
    if (wrong) {
      fault(
        `frame: expected ${wrong.expected} at ${wrong.path || "the top"}, not ${wrong.received}`,
      );
      return;
    }
    // Held against its schema just now.
    const message = content as AnyEnvelope;
    messages.push({ envelope: message, at });
    const schema = downSchemas.get(message.type);
    const issue = schema && validate(schema, message.data, "data");
    if (issue) {
      fault(`${message.type}: expected ${issue.expected} at ${issue.path}, not ${issue.received}`);
    }
  };
  for (const { text, at } of frames) {
    if (text === null) {
      fault("frame: expected text, not binary");
      continue;
    }
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      fault("frame: expected JSON, not other text");
      continue;
    }
    if (Array.isArray(content)) {
      arrays++;
      for (const one of content) take(one, at);
    } else {
      take(content, at);
    }
  }
  return { messages, faults, arrays };
}
