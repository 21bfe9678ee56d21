/**
 * The calls that are accounted for, by wire format. Everything else (model lists, files, batches,
 * token counting, ...) passes through and makes no event.
 */
export type Dialect =
  | "chat"
  | "completions"
  | "responses"
  | "embeddings"
  | "messages"
  /** Ollama's own. */
  | "ollama";

/** Any prefix will do: `/v1`, Azure's `/openai/deployments/<name>`, a gateway's own. */
const endings: readonly (readonly [RegExp, Dialect])[] = [
  [/(^|\/)chat\/completions$/, "chat"],
  [/(^|\/)completions$/, "completions"],
  [/(^|\/)responses$/, "responses"],
  [/(^|\/)embeddings$/, "embeddings"],
  [/(^|\/)v1\/messages$/, "messages"],
  [/(^|\/)api\/(chat|generate|embed|embeddings)$/, "ollama"],
];

/** Wire format of the inference call that `path` (with or without a query) names; null for others. */
export function dialectOf(method: string, path: string): Dialect | null {
  if (method !== "POST") return null;
  const plain = pathOf(path).replace(/\/$/, "");
  return endings.find(([ending]) => ending.test(plain))?.[1] ?? null;
}

/** `path` without its query. */
export function pathOf(path: string): string {
  const query = path.indexOf("?");
  return query < 0 ? path : path.slice(0, query);
}
