import { useQueryClient } from "@tanstack/react-query";
import { DatabaseZap, Lock } from "lucide-react";
import { useConnectionStatus } from "@/services";
import { type RestHealth, useRestHealth } from "../services/rest-health.ts";

const words: Record<Exclude<RestHealth["state"], "fine">, string> = {
  refused: "You may not read this server's history.",
  silent: "The server's history does not answer.",
};

/** The API is down while the stream is up: what still works, and what does not. */
export function HistoryBanner() {
  const { isConnected } = useConnectionStatus();
  const { state, message } = useRestHealth();
  const queries = useQueryClient();
  // Without a stream either, the other banner has said it all.
  if (state === "fine" || (!isConnected && state !== "refused")) return null;
  const Icon = state === "refused" ? Lock : DatabaseZap;
  return (
    <div role="alert" className="border-b border-watch/30 bg-watch-soft px-4 py-2.5 md:px-6">
      <div className="mx-auto flex max-w-[100rem] flex-wrap items-center gap-x-3 gap-y-1">
        <Icon size={16} className="shrink-0 text-watch" aria-hidden="true" />
        <p className="min-w-0 flex-1">
          <strong className="font-semibold">{words[state]}</strong>{" "}
          <span className="text-muted">
            {message}{" "}
            {isConnected &&
              "Live figures go on. Longer ranges, costs, older requests and comparisons wait."}
          </span>
        </p>
        <button
          type="button"
          onClick={() => void queries.refetchQueries({ type: "active" })}
          className="shrink-0 rounded-inner border border-line-strong px-2.5 py-1 text-12 font-medium hover:bg-raised max-md:min-h-11 max-md:px-4"
        >
          Try now
        </button>
      </div>
    </div>
  );
}
