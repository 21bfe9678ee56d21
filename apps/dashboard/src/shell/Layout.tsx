import { Outlet, useRouterState } from "@tanstack/react-router";
import { ConnectionStatus, useTelltaleState } from "@/services";
import { ProjectPicker } from "../access/ProjectPicker.tsx";
import { useAccessActions } from "../access/use-access-actions.ts";
import { timeZone } from "../format/zone.ts";
import { NotificationCenter, useFiring } from "../notices/NotificationCenter.tsx";
import { usePageSign } from "../notices/page-sign.ts";
import { Toasts } from "../notices/Toasts.tsx";
import { useAlertNotices } from "../notices/use-alert-notices.ts";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { PastBadge } from "../range/PastBadge.tsx";
import { RangePicker } from "../range/RangePicker.tsx";
import { ReplayBar } from "../replay/ReplayBar.tsx";
import { ReplayHere } from "../replay/ReplayHere.tsx";
import { useLive } from "../services/live.tsx";
import { Shortcuts } from "../shortcuts/Shortcuts.tsx";
import { Mark } from "../theme/Mark.tsx";
import { ThemeToggle } from "../theme/ThemeToggle.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { DemoBadge, DemoStrip } from "./DemoBadge.tsx";
import { HistoryBanner } from "./HistoryBanner.tsx";
import { Later } from "./Later.tsx";
import { placeAt, titleOf } from "./navigation.ts";
import { BottomBar, Rail } from "./Rail.tsx";
import { TransportBadge } from "./TransportBadge.tsx";

/** Rail, header with the connection's state, and the page. */
export function Layout() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const place = placeAt(path);
  const { isConnected, metrics } = useLive();
  const stale = !isConnected && metrics !== null;
  const past = useTelltaleState((state) => state.replay !== null);

  usePageSign(useFiring(), past ? `Replay · ${titleOf(path)}` : titleOf(path));
  useAlertNotices();
  useAccessActions();

  return (
    <div className="group/shell min-h-dvh md:grid md:grid-cols-[3.5rem_minmax(0,1fr)] xl:grid-cols-[13rem_minmax(0,1fr)]">
      <a
        href="#page"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-inner bg-accent px-3 py-2 font-medium text-page focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Later meanwhile={<div className="max-md:hidden" />}>
        <Rail />
      </Later>
      <div className="flex min-h-dvh min-w-0 flex-col has-[[data-fill]]:h-dvh">
        <header className="sticky top-0 z-20 border-b border-line bg-page">
          <div className="mx-auto flex h-14 max-w-[100rem] items-center gap-3 px-4 md:px-6">
            <span className="max-sm:hidden md:hidden">
              <Mark size={20} />
            </span>
            <h1 aria-live="polite" className="truncate text-16 font-semibold tracking-[-0.01em]">
              {place?.name ?? "Not found"}
            </h1>
            <DemoBadge />
            <div className="ml-auto flex shrink-0 items-center gap-2">
              <ProjectPicker className="max-md:hidden" />
              {place?.ranged && !past && <PastBadge />}
              {place?.ranged && <ReplayHere />}
              {place?.ranged && <RangePicker />}
              <TransportBadge />
              {/* The page says that it stands still; the connection, which is live, must not deny it. */}
              <span className="hidden h-6 items-center rounded-full border border-watch/40 bg-watch-soft px-2.5 text-12 font-medium whitespace-nowrap text-watch group-has-[[data-paused]]/shell:flex">
                Paused
              </span>
              <span className="print:hidden">
                <NotificationCenter />
              </span>
              <ConnectionStatus
                showDetails
                showLatency
                className="header-status"
                timeZone={timeZone()}
              />
              <span className="max-sm:hidden print:hidden">
                <ThemeToggle />
              </span>
            </div>
          </div>
          <DemoStrip />
          <ReplayBar />
        </header>
        <ConnectionBanner />
        <HistoryBanner />
        <main
          id="page"
          tabIndex={-1}
          data-stale={stale || undefined}
          className="mx-auto w-full max-w-[100rem] flex-1 px-4 pt-4 pb-24 outline-none has-[[data-fill]]:flex has-[[data-fill]]:min-h-0 has-[[data-fill]]:flex-col has-[[data-fill]]:overflow-y-auto has-[[data-fill]]:pb-18 md:px-6 md:pt-5 md:pb-10 md:has-[[data-fill]]:pb-6"
        >
          <PanelBoundary key={path} name={place?.name ?? "This page"}>
            <Outlet />
          </PanelBoundary>
        </main>
      </div>
      <Later>
        <BottomBar />
        <Shortcuts />
        <Toasts />
      </Later>
    </div>
  );
}
