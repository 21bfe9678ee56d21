import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import {
  MessageType,
  type MetricsUpdate,
  useConnectionStatus,
  useWebSocketSubscription,
} from "@/services";
import { fetchHost } from "../services/host.ts";
import { beginAt, showPast } from "../services/page-clock.ts";
import { afterPaint } from "../shell/after-paint.ts";
import { backfill } from "./backfill.ts";
import { LiveHistory, PERCENTILE_STEP_MS } from "./live-history.ts";
import { stepOf } from "./steps.ts";

const HistoryContext = createContext<LiveHistory | null>(null);

// History knows the step in which the page joined only once it is over and stored.
const COMPLETE_AFTER_MS = PERCENTILE_STEP_MS + 2_000;
const REPLAYED_AFTER_MS = 1_000;

/** Keeps what the charts draw, for every page, from one subscription. */
export function HistoryFeed({ children }: { readonly children: ReactNode }) {
  const [history, setHistory] = useState(() => new LiveHistory());
  // What is told within one frame of a beginning belongs to what begins.
  const current = useRef(history);
  const replaying = useRef(false);
  const [joined, setJoined] = useState<{ at: number; since: number | undefined }>();
  const since = useRef<number | undefined>(undefined);
  const { isConnected } = useConnectionStatus();

  const tick = (metrics: MetricsUpdate, t: number): void => {
    if (current.current.tick(metrics, t)) setJoined({ at: t, since: since.current });
  };
  useWebSocketSubscription(MessageType.INIT, ({ replay, resumed, snapshot }) => {
    const other = (replay !== undefined && !resumed) || (!replay && replaying.current);
    replaying.current = replay !== undefined;
    if (other) {
      // Another time: nothing that was drawn belongs to it.
      current.current = new LiveHistory(replay?.at);
      since.current = undefined;
      setHistory(current.current);
      setJoined(undefined);
      beginAt(replay?.at ?? null);
    } else {
      since.current = current.current.lastTickAt ?? since.current;
    }
    current.current.connected(snapshot?.models);
    // A replay may stand still: its first figures are those of the snapshot.
    if (replay && other && snapshot?.metrics) tick(snapshot.metrics, replay.at);
  });
  useWebSocketSubscription(MessageType.METRICS_UPDATE, (metrics, message) => {
    showPast(message.timestamp);
    tick(metrics, message.timestamp);
  });
  useWebSocketSubscription(MessageType.MODEL_UPDATE, (model, message) => {
    current.current.model(model, message.timestamp);
  });
  useWebSocketSubscription(MessageType.REQUEST_UPDATE, (request) => {
    current.current.request(request);
  });
  useWebSocketSubscription(MessageType.SYSTEM_UPDATE, (system, message) => {
    current.current.system(system, message.timestamp);
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
      void backfill(history, joined.at, joined.since, complete, abort.signal)
        .catch(() => {})
        // Whoever was sent away is asked again, by the connection that follows.
        .then(() => abort.signal.aborted || history.told());
    };
    const cancel = afterPaint(() => {
      fill(false);
      fetchHost(abort.signal)
        .then((moments) => history.host(moments, joined.at))
        .catch(() => {});
    });
    const over = stepOf(joined.at, PERCENTILE_STEP_MS) + PERCENTILE_STEP_MS;
    // A replay goes at its own pace, and may stand still: it is not told what comes.
    const wait = replaying.current ? REPLAYED_AFTER_MS : COMPLETE_AFTER_MS;
    const complete = (): void => {
      if (history.now() >= over) fill(true);
      else later = setTimeout(complete, wait);
    };
    let later = setTimeout(complete, wait);
    return () => {
      cancel();
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
