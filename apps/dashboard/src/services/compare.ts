import { get, query } from "./rest.ts";

export const verdicts = ["higher", "lower", "no_difference", "too_few", "not_tested"] as const;

/** One metric on both sides, as `GET /api/v1/compare` answers. */
export interface Comparison {
  readonly metric: string;
  readonly value: number | null;
  /** Requests it rests on. */
  readonly count: number;
  readonly against_value: number | null;
  readonly against_count: number;
  readonly difference: number | null;
  /** `difference` as a share of `against_value`. */
  readonly relative: number | null;
  readonly significance: {
    readonly verdict: (typeof verdicts)[number];
    readonly p: number | null;
    readonly interval: readonly number[] | null;
  };
  /** What that means, in a sentence. */
  readonly text: string;
}

export interface CompareAnswer {
  readonly from: number;
  readonly to: number;
  readonly against: { readonly from: number; readonly to: number };
  /** What sums of the other side were multiplied by, where the two are not of equal length. */
  readonly scale?: number;
  readonly comparisons: readonly Comparison[];
}

export interface CompareQuestion {
  /** One or several with commas; default: the usual ones. */
  readonly metric?: string | undefined;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Unix ms; the other side's time. */
  readonly againstFrom: number;
  readonly againstTo: number;
  readonly modelA?: string | undefined;
  readonly modelB?: string | undefined;
  /** In the filter language. */
  readonly q?: string | undefined;
}

export async function fetchComparison(
  { metric, from, to, againstFrom, againstTo, modelA, modelB, q }: CompareQuestion,
  signal: AbortSignal,
): Promise<CompareAnswer> {
  const search = query({
    metric,
    from,
    to,
    against_from: againstFrom,
    against_to: againstTo,
    model_a: modelA,
    model_b: modelB,
    q,
  });
  return (await get(`/api/v1/compare?${search}`, signal)) as CompareAnswer;
}
