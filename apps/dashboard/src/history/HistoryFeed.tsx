import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { MessageType, useConnectionStatus, useWebSocketSubscription } from "@/services";
import { backfill } from "./backfill.ts";
import { LiveHistory, PERCENTILE_STEP_MS } from "./live-history.ts";

const HistoryContext = createContext<LiveHistory | null>(null);

// History knows the step in which the page joined only once it is over and stored.
const COMPLETE_AFTER_MS = PERCENTILE_STEP_MS + 2_000;

/** Keeps what the charts draw, for every page, from one subscription. */
export function HistoryFeed({ children }: { readonly children: ReactNode }) {
  const [history] = useState(() => new LiveHistory());
  const [joined, setJoined] = useState<{ at: number; since: number | undefined }>();
  const since = useRef<number | undefined>(undefined);
  const { isConnected } = useConnectionStatus();

  useWebSocketSubscription(MessageType.INIT, (init) => {
    since.current = history.lastTickAt ?? since.current;
    history.connected(init.snapshot?.models);
  });
  useWebSocketSubscription(MessageType.METRICS_UPDATE, (metrics, message) => {
    if (history.tick(metrics, message.timestamp)) {
      setJoined({ at: message.timestamp, since: since.current });
    }
  });
  useWebSocketSubscription(MessageType.MODEL_UPDATE, (model, message) => {
    history.model(model, message.timestamp);
  });
  useWebSocketSubscription(MessageType.REQUEST_UPDATE, (request) => {
    history.request(request);
  });
  useWebSocketSubscription(MessageType.SYSTEM_UPDATE, (system, message) => {
    history.system(system, message.timestamp);
  });

  useEffect(() => {
    if (isConnected) return;
    since.current = history.lastTickAt ?? since.current;
    history.connected(undefined);
  }, [history, isConnected]);

  useEffect(() => {
    if (!joined) return;
    const abort = new AbortController();
    const fill = (complete: boolean): void => {
      // A backend without history has charts that begin now: nothing to tell anybody.
      backfill(history, joined.at, joined.since, complete, abort.signal).catch(() => {});
    };
    fill(false);
    const later = setTimeout(() => fill(true), COMPLETE_AFTER_MS);
    return () => {
      clearTimeout(later);
      abort.abort();
    };
  }, [history, joined]);

  return <HistoryContext value={history}>{children}</HistoryContext>;
}

/** The live history; the component renders anew when it grows, at most four times a second. */
export function useLiveHistory(): LiveHistory {
  const history = useContext(HistoryContext);
  if (!history) throw new Error("useLiveHistory needs a HistoryFeed around it.");
  useSyncExternalStore(history.subscribe, history.version);
  return history;
}
