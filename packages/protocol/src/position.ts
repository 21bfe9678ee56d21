/** A place in the stream: the server life that counted it, and the tick. */
export interface Position {
  readonly epoch: string;
  readonly tick: number;
}

/** Writes `epoch:tick`. */
export function formatPosition({ epoch, tick }: Position): string {
  return `${epoch}:${tick}`;
}

/** Reads `epoch:tick`; `undefined` when it is not one. */
export function parsePosition(text: string): Position | undefined {
  const match = /^([A-Za-z0-9_-]{1,64}):(\d{1,15})$/.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return { epoch: match[1], tick: Number(match[2]) };
}
