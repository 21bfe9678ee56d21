import type { ErrorUpdate } from "@/services";

/** Errors of one type. */
export interface ErrorGroup {
  readonly type: string;
  readonly statusCode: number | undefined;
  /** Newest first; never empty. */
  readonly errors: readonly ErrorUpdate[];
  readonly newest: ErrorUpdate;
  /** Unix ms. */
  readonly firstSeen: number;
  readonly models: readonly string[];
}

/** Names one error: what is told twice, live and by history, is one. */
export function errorKey(error: ErrorUpdate): string {
  return (
    error.request_id ??
    `${error.timestamp}|${error.error_type}|${error.error_message}|${error.model ?? ""}`
  );
}

/** Each error once, newest first. */
export function joinErrors(...lists: readonly (readonly ErrorUpdate[])[]): ErrorUpdate[] {
  const byKey = new Map<string, ErrorUpdate>();
  for (const error of lists.flat()) byKey.set(errorKey(error), error);
  return [...byKey.values()].sort((a, b) => b.timestamp - a.timestamp);
}

/** Groups by type, the most frequent first, then the most recent. `errors` are newest first. */
export function groupErrors(errors: readonly ErrorUpdate[]): ErrorGroup[] {
  const byType = new Map<string, ErrorUpdate[]>();
  for (const error of errors) {
    const group = byType.get(error.error_type);
    if (group) group.push(error);
    else byType.set(error.error_type, [error]);
  }
  const groups: ErrorGroup[] = [];
  for (const [type, group] of byType) {
    const [newest] = group;
    const oldest = group.at(-1);
    if (!newest || !oldest) continue;
    groups.push({
      type,
      statusCode: newest.status_code,
      errors: group,
      newest,
      firstSeen: oldest.timestamp,
      models: [...new Set(group.flatMap(({ model }) => model ?? []))],
    });
  }
  return groups.sort(
    (a, b) => b.errors.length - a.errors.length || b.newest.timestamp - a.newest.timestamp,
  );
}
