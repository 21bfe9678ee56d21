import type { Cancel, Env } from "@telltale/client";
import { fetchHistory } from "./fetch.ts";
import type { History, HistoryOptions } from "./options.ts";

/** Asks for a history, and again after each answer if that is wanted, until the signal is given. */
export function follow(
  options: HistoryOptions,
  streamUrl: string,
  env: Env,
  signal: AbortSignal,
  show: (change: Partial<History>) => void,
): void {
  const { refreshInterval } = options;
  let cancel: Cancel | undefined;
  const ask = async (): Promise<void> => {
    let change: Partial<History>;
    try {
      change = { ...(await fetchHistory(options, streamUrl, env, signal)), error: null };
    } catch (cause) {
      change = { error: cause instanceof Error ? cause : new Error(String(cause)) };
    }
    if (signal.aborted) return;
    show(change);
    if (refreshInterval) cancel = env.after(Math.max(1_000, refreshInterval), () => void ask());
  };
  signal.addEventListener("abort", () => cancel?.());
  if (!signal.aborted) void ask();
}
