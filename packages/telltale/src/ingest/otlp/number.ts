import { kindOf, OtlpError } from "./error.ts";

/** A finite number, also one written as text. */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** @throws {OtlpError} when it is no list of them */
export function numbersIn(value: unknown, where: string): number[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OtlpError(where, "an array of numbers", kindOf(value));
  return value.map((item, index) => {
    const number = numberIn(item);
    if (number === undefined) throw new OtlpError(`${where}[${index}]`, "a number", kindOf(item));
    return number;
  });
}
