const PAUSE_MS = 1_000;
const TRIES = 15;

/**
 * What loads a part of the page that is shown later. The server may be starting anew at that very
 * moment: it is asked again until it is back, for a quarter of a minute.
 */
export function untilThere<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return async () => {
    for (let tries = 1; ; tries++) {
      try {
        return await load();
      } catch (error) {
        if (tries === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
}
