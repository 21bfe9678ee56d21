/** Uniform over [0, 1). */
export type Random = () => number;

/** Log-normal, as waiting times and text lengths are: `spread` 0.5 is tame, 1 has a long tail. */
export function logNormal(random: Random, median: number, spread: number): number {
  // Box and Muller; 1 - x keeps the logarithm finite.
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * random()));
}

/** Time to the next of independent events that come every `mean` on average. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** One of `items`, each as likely as its weight. */
export function pick<T extends { readonly weight: number }>(
  random: Random,
  items: readonly [T, ...T[]],
): T {
  let rest = random() * items.reduce((sum, { weight }) => sum + weight, 0);
  for (const item of items) {
    rest -= item.weight;
    if (rest < 0) return item;
  }
  return items[0];
}

/** A number from 1 to `count`, small ones more often: few users make most of the calls. */
export function skewed(random: Random, count: number): number {
  return 1 + Math.floor(count * random() ** 2.5);
}
