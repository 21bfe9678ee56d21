/** Fractional part of the golden ratio: of all steps the one whose points lie most evenly. */
const STEP = 0.6180339887498949;

/**
 * Draws that are each uniform in [0, 1) and lie evenly together (a Kronecker sequence with a random
 * beginning). Independent draws cluster: of a hundred connections cut at once, twenty would come
 * back in the busiest tenth of their second; of these, twelve.
 */
export function evenDraws(random: () => number): () => number {
  let last: number | undefined;
  return () => {
    last = ((last ?? random()) + STEP) % 1;
    return last;
  };
}
