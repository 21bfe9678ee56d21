type Reading = typeof import("./reader.ts");

let reading: Reading | undefined;

/** Makes the code known to those who have it already. */
export function provide(module: Reading): void {
  reading = module;
}

/** The code that reads a stream, once it is there. */
export function loaded(): Reading | undefined {
  return reading;
}

/**
 * Loads the code that reads a stream, which is a chunk of its own and otherwise loaded while the first
 * connection opens. Once it is there, everything happens as it comes, which tests may rely on.
 *
 * @throws what the import throws.
 */
export async function preload(): Promise<void> {
  reading ??= await import("./reader.ts");
}
