import fc from "fast-check";

const seed = process.env["TELLTALE_SEED"];
const factor = Number(process.env["TELLTALE_RUNS"] ?? 1);

// The same inputs in every run: what fails once fails for everybody. `npm run soak -- R10` tries others.
fc.configureGlobal({ seed: seed === undefined ? 20_261_129 : Number(seed) });

/** How many inputs a property is tried on: so many, or a multiple of it in a long run. */
export function runs(count: number): number {
  return count * factor;
}

export { default } from "fast-check";
