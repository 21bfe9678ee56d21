import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { WebSocketProvider } from "@/services";
import { HistoryFeed } from "./history/HistoryFeed.tsx";
import { usePreferences } from "./preferences/preferences.ts";
import { useOpened } from "./replay/opened.ts";
import { streamOf } from "./replay/replay-search.ts";
import { router } from "./router.ts";
import { earlyStream } from "./services/early-stream.ts";
import { KEPT_REQUESTS, LiveProvider } from "./services/live.tsx";
import { RestError } from "./services/rest.ts";
import { askSession, checkSession, useSessionState } from "./services/session.ts";
import { untilThere } from "./services/until-there.ts";
import { WithFigures } from "./shell/WithFigures.tsx";

const SignIn = lazy(untilThere(() => import("./access/SignIn.tsx")));

/** Asking again helps where nobody answered, not where the answer was no. */
function mayHelp(failures: number, error: Error): boolean {
  const { status } = error instanceof RestError ? error : { status: 0 };
  return failures < 2 && (status === 0 || status >= 500);
}

const queries = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: false, retry: mayHelp } },
});

/** Whatever is written anew in another language, zone or currency. */
function Page() {
  const { locale, timeZone, currency, perDollar } = usePreferences();
  return <RouterProvider key={`${locale} ${timeZone} ${currency} ${perDollar}`} router={router} />;
}

void askSession();
void router.load();

/** The page, or the way in. */
export function App() {
  const session = useSessionState();
  if (session.name !== "out") return <Signed />;
  return (
    <Suspense>
      <SignIn ended={session.ended} />
    </Suspense>
  );
}

/** The guide's step one: a provider around everything, one connection for the page. */
function Signed() {
  const live = process.env.REACT_APP_WS_URL || `${location.origin}/metrics/stream`;
  const replay = useOpened(router.history);
  return (
    <WebSocketProvider
      env={earlyStream}
      onDisconnect={checkSession}
      onError={checkSession}
      config={{
        url: streamOf(live, replay),
        debug: process.env.NODE_ENV === "development" && process.env.REACT_APP_WS_DEBUG === "true",
        reconnectInterval: 1000,
        maxReconnectInterval: 30000,
        reconnectDecay: 1.5,
        heartbeatInterval: 30000,
        maxReconnectAttempts: Infinity,
        historySize: KEPT_REQUESTS,
      }}
    >
      <QueryClientProvider client={queries}>
        <HistoryFeed>
          <WithFigures>
            <LiveProvider>
              <Page />
            </LiveProvider>
          </WithFigures>
        </HistoryFeed>
      </QueryClientProvider>
    </WebSocketProvider>
  );
}
