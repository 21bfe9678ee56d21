import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type CompareAnswer, type CompareQuestion, fetchComparison } from "../services/compare.ts";

/**
 * Two sides held against each other, from history; what was shown stays until its successor is there.
 * Who asks about now asks another question each time, so that an answer is never asked for twice.
 */
export function useComparison(question: CompareQuestion): UseQueryResult<CompareAnswer> {
  return useQuery({
    queryKey: ["compare", question],
    queryFn: ({ signal }) => fetchComparison(question, signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
