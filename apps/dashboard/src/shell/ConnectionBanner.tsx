import { CircleX, Unplug } from "lucide-react";
import { useConnectionStatus, useTelltaleState, useWebSocket } from "@/services";
import { ago, countdown } from "../format/duration.ts";
import { clockTime } from "../format/time.ts";
import { useLive } from "../services/live.tsx";
import { useSeconds } from "../services/seconds.ts";

// Less than this is a hiccup that mends itself before it can be read.
const GRACE_MS = 1_500;

/** What happened to the stream, what still works and what happens next. Silent while all is well. */
export function ConnectionBanner() {
  const { state, isConnected } = useConnectionStatus();
  const { metrics, lastUpdate } = useLive();
  const past = useTelltaleState((state) => state.replay !== null);
  if (metrics === null) return null;
  if (!isConnected) return <Disconnected stopped={state === "ERROR" || state === "CLOSED"} />;
  // A replay may stand still for as long as somebody looks at it.
  return lastUpdate === null || past ? null : <Silent lastUpdate={lastUpdate} />;
}

const box = "border-b px-4 py-2.5 md:px-6";

function Disconnected({ stopped }: { readonly stopped: boolean }) {
  const service = useWebSocket();
  const { nextAttemptAt, disconnectedAt, lastError } = useConnectionStatus();
  const { lastUpdate } = useLive();
  const now = useSeconds();
  if (!stopped && disconnectedAt !== null && now - disconnectedAt < GRACE_MS) return null;
  const Icon = stopped ? CircleX : Unplug;
  const wait = nextAttemptAt === null ? 0 : nextAttemptAt - now;
  const next = stopped
    ? (lastError?.message ?? "The connection was closed for good.")
    : wait >= 1_000
      ? `Next attempt in ${countdown(Math.round(wait / 1_000))}.`
      : "Connecting again now.";
  return (
    <div
      role="alert"
      className={`${box} ${stopped ? "border-bad/30 bg-bad-soft" : "border-watch/30 bg-watch-soft"}`}
    >
      <div className="mx-auto flex max-w-[100rem] flex-wrap items-center gap-x-3 gap-y-1">
        <Icon
          size={16}
          className={`shrink-0 ${stopped ? "text-bad" : "text-watch"}`}
          aria-hidden="true"
        />
        <p className="min-w-0 flex-1">
          <strong className="font-semibold">
            {stopped ? "The connection was refused." : "The connection to the server is lost."}
          </strong>{" "}
          <span className="text-muted">
            Figures are as of {lastUpdate === null ? "the last contact" : clockTime(lastUpdate)}.
            What the page holds stays readable; missed requests are filled in once it is back.{" "}
            <span className="numbers" aria-live="off">
              {next}
            </span>
          </span>
        </p>
        <button
          type="button"
          onClick={() => service.connect()}
          className="shrink-0 rounded-inner border border-line-strong px-2.5 py-1 text-12 font-medium hover:bg-raised max-md:min-h-11 max-md:px-4"
        >
          Try now
        </button>
      </div>
    </div>
  );
}

function Silent({ lastUpdate }: { readonly lastUpdate: number }) {
  const service = useWebSocket();
  const age = useSeconds() - lastUpdate;
  if (age < Math.max(10_000, service.staleAfter())) return null;
  return (
    <div role="alert" className={`${box} border-watch/30 bg-watch-soft`}>
      <p className="mx-auto max-w-[100rem]">
        <strong className="font-semibold">The server is silent.</strong>{" "}
        <span className="text-muted">
          The last figures came {ago(age)}. The connection is open; if nothing arrives it is made
          anew.
        </span>
      </p>
    </div>
  );
}
