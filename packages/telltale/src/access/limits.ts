/** Bounds on what peers may send. Each is an option; `--help` and docs/configuration.md list them. */
export interface Limits {
  /** Bytes of a request body as sent. */
  readonly maxBodyBytes: number;
  /** Bytes of a compressed body once inflated. */
  readonly maxInflatedBytes: number;
  /** Inflated over compressed size, judged from 1 MiB inflated on: below that a bomb does no harm. */
  readonly maxInflateRatio: number;
  /** Nesting of arrays and objects in JSON. */
  readonly maxJsonDepth: number;
  /** Bytes of a WebSocket message from a client. */
  readonly maxPayload: number;
  /** Fragments of a WebSocket message from a client. */
  readonly maxFragments: number;
  /** Messages a client may send in ten seconds. */
  readonly maxMessages: number;
  /** Bytes that may wait for a slow reader. */
  readonly maxQueueBytes: number;
}

/** The depth of nesting in a JSON text, counted without parsing it; stops counting above `limit`. */
export function exceedsDepth(text: string, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x22: {
        index = endOfString(text, index);
        break;
      }
      case 0x5b:
      case 0x7b:
        depth++;
        if (depth > limit) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes++;
    if (escapes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
