import { useConnectionStatus } from "@/services";

const said = {
  sse: {
    word: "SSE",
    why: "A WebSocket could not be opened, so the figures come as server-sent events. They are complete, and as quick.",
  },
  poll: {
    word: "Polling",
    why: "Neither a WebSocket nor a stream of events could be opened, so the page asks again and again. The figures are complete, a little later.",
  },
} as const;

/** Says that the connection fell back to a lesser way, in a word. */
export function TransportBadge() {
  const { transport, isConnected } = useConnectionStatus();
  if (!isConnected || transport === "websocket") return null;
  const { word, why } = said[transport];
  return (
    <span
      role="status"
      title={why}
      className="flex h-6 shrink-0 items-center rounded-full border border-watch/40 bg-watch-soft px-2.5 text-12 font-medium text-watch"
    >
      {word}
      <span className="sr-only">. {why}</span>
    </span>
  );
}
