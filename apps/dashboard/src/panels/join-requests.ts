import type { RequestUpdate } from "@/services";

/** Which of two reports of one request is the later one: what has ended does not run again. */
function later(a: RequestUpdate, b: RequestUpdate): RequestUpdate {
  if (a.status === "in_progress" && b.status !== "in_progress") return b;
  if (b.status === "in_progress" && a.status !== "in_progress") return a;
  return b;
}

/** All of both lists, one row per id, newest first. Of two reports `live` is taken for the later. */
export function join(
  stored: readonly RequestUpdate[],
  live: readonly RequestUpdate[],
): RequestUpdate[] {
  const byId = new Map<string, RequestUpdate>();
  for (const list of [stored, live]) {
    for (const request of list) {
      const known = byId.get(request.id);
      byId.set(request.id, known ? later(known, request) : request);
    }
  }
  return [...byId.values()].sort((a, b) => b.created - a.created);
}
