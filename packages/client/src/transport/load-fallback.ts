type Fallback = typeof import("./fallback.ts");

let fallback: Fallback | undefined;

/**
 * The transports for where no WebSocket gets through, which are a chunk of their own. Once they are
 * there, everything happens as it comes.
 *
 * @throws what the import throws.
 */
export async function loadFallback(): Promise<Fallback> {
  fallback ??= await import("./fallback.ts");
  return fallback;
}
