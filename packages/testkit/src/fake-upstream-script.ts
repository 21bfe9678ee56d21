/** How a fake upstream answers. Everything has a default: a short, healthy answer. */
export interface Script {
  readonly status?: number;
  /** Added to every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of an answer, as JSON when it is no text. */
  readonly body?: unknown;
  /** Pieces of the answer's text. */
  readonly tokens?: readonly string[];
  /** A tool call instead of text. */
  readonly toolCall?: { readonly name: string; readonly args: readonly string[] };
  readonly model?: string;
  readonly promptTokens?: number;
  readonly cachedTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** US dollars in `usage.cost`, as OpenRouter does. */
  readonly cost?: number;
  /** Report usage as asked (default) or never. */
  readonly usage?: "asked" | "never";
  /** Answer 400 to `stream_options`. */
  readonly refusesStreamOptions?: boolean;
  /** Line end of the event stream. */
  readonly newline?: "\n" | "\r\n" | "\r";
  /** Compress the answer whatever the caller accepts. */
  readonly encoding?: "gzip" | "br" | "deflate" | "unknown";
  /** Send the body in pieces of so many bytes; one event at a time by default. */
  readonly pieceBytes?: number;
  /** Destroy the connection after so many pieces. */
  readonly cutAfter?: number;
  /** End the answer cleanly after so many pieces. */
  readonly endAfter?: number;
  /** An error event after so many pieces, then the end. */
  readonly errorAfter?: number;
  /** Awaited before the head (-1) and each piece (0, 1, ...): holds the answer back. */
  gate?(piece: number): Promise<void> | void;
}

/** What an answer's format needs to know. */
export interface Wanted {
  readonly script: Script;
  readonly includeUsage: boolean;
  /** vLLM's `stream_options.continuous_usage_stats`. */
  readonly everyChunk: boolean;
  /** Tokens of the answer. */
  readonly completion: number;
  readonly prompt: number;
}

export function tokensOf(script: Script): readonly string[] {
  return script.tokens ?? ["Hel", "lo", ", ", "wörld", " 🌍"];
}

/** One server-sent event. */
export function sse(data: unknown, event?: string): string {
  const head = event === undefined ? "" : `event: ${event}\n`;
  return `${head}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}
