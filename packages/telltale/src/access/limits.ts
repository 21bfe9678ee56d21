/** Bounds on what peers may send. Each is an option; `--help` and docs/configuration.md list them. */
export interface Limits {
  /** Bytes of a request body as sent. */
  readonly maxBodyBytes: number;
  /** Bytes of a compressed body once inflated. */
  readonly maxInflatedBytes: number;
  /** Inflated over compressed size, judged from 8 MiB inflated on: below that a bomb does no harm. */
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
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === 0x5c) index++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      depth++;
      if (depth > limit) return true;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return false;
}

/** The same of parsed JSON, which is cheaper to look through than its text. */
export function isDeeper(value: unknown, limit: number): boolean {
  if (!isNested(value)) return false;
  if (limit === 0) return true;
  for (const name in value) if (isDeeper(value[name], limit - 1)) return true;
  return false;
}

function isNested(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
