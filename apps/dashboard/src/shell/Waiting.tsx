import { useQuery } from "@tanstack/react-query";
import { ConnectionBadge, useConnectionStatus, useWebSocket } from "@/services";
import { get } from "../services/rest.ts";

/** Before the server has said anything: quiet at first, then what is wrong and what to do. */
export function Waiting() {
  const { state, isConnected, reconnectAttempts, lastError } = useConnectionStatus();
  if (state === "ERROR" || state === "CLOSED") return <Refused reason={lastError?.message} />;
  if (!isConnected && reconnectAttempts > 0) return <Unreachable />;
  return (
    <div aria-busy="true" className="flex flex-col gap-4">
      <p className="sr-only">Connecting to real-time updates</p>
      <div className="skeleton h-48" />
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
        <div className="skeleton h-64" />
        <div className="skeleton h-64" />
        <div className="skeleton h-64 max-xl:hidden" />
      </div>
    </div>
  );
}

const ASK_EVERY_MS = 5_000;

function Unreachable() {
  const { isSuccess } = useQuery({
    queryKey: ["answers"],
    queryFn: ({ signal }) => get("/api/v1/snapshot", signal),
    retry: false,
    refetchInterval: ASK_EVERY_MS,
  });
  return isSuccess ? <StreamOnly /> : <Silent />;
}

function StreamOnly() {
  return (
    <section className="panel mx-auto mt-8 flex max-w-xl flex-col items-start gap-3 p-6">
      <ConnectionBadge />
      <h2 className="text-16 font-semibold">
        {location.host} answers, but its stream cannot be opened
      </h2>
      <p className="text-muted">
        Neither a WebSocket nor server-sent events nor long polls of{" "}
        <code className="font-mono text-12">/metrics/stream</code> come through. Something between
        this page and the server, such as a proxy, may hold them back. The page keeps trying.
      </p>
    </section>
  );
}

function Silent() {
  return (
    <section className="panel mx-auto mt-8 flex max-w-xl flex-col items-start gap-3 p-6">
      <ConnectionBadge />
      <h2 className="text-16 font-semibold">The server at {location.host} does not answer</h2>
      <p className="text-muted">
        This page keeps trying and shows data as soon as the server is back. Nothing that was sent
        to it and acknowledged is lost meanwhile.
      </p>
      <p className="text-muted">If it is not running, start it:</p>
      <pre className="w-full rounded-inner bg-raised px-3 py-2 font-mono text-12">npm start</pre>
    </section>
  );
}

function Refused({ reason }: { readonly reason: string | undefined }) {
  const service = useWebSocket();
  return (
    <section
      role="alert"
      className="panel mx-auto mt-8 flex max-w-xl flex-col items-start gap-3 p-6"
    >
      <ConnectionBadge />
      <h2 className="text-16 font-semibold">The live connection could not be made</h2>
      <p className="text-muted">
        {reason ?? "The server closed it for good."} The page does not try again by itself.
      </p>
      <button
        type="button"
        onClick={() => service.connect()}
        className="rounded-inner border border-line-strong px-3 py-1.5 font-medium hover:bg-raised max-md:min-h-11"
      >
        Try again
      </button>
    </section>
  );
}
