import { Link } from "@tanstack/react-router";
import { Bell, BellRing } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useAlerts } from "@/services";
import { AlertState } from "../alerts/AlertState.tsx";
import { alertInWords } from "../alerts/alert-words.ts";
import { ago } from "../format/duration.ts";
import { count } from "../format/number.ts";
import { exactTime } from "../format/time.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { Popup } from "../theme/Popup.tsx";
import { NoticeSwitches } from "./NoticeSwitches.tsx";
import { markRead, type News, useNews } from "./news.ts";

/** Alerts that fire and are not silenced: those that somebody should know of. */
export function useFiring(): number {
  return useAlerts().firing.filter(({ silenced }) => !silenced).length;
}

const MOST = 12;

/** The bell: how many alerts fire, what happened since the page was opened, how to be told. */
export function NotificationCenter() {
  const [open, setOpen] = useState(false);
  const firing = useFiring();
  const news = useNews();
  const unread = news.filter(({ read }) => !read).length;
  const Icon = firing > 0 ? BellRing : Bell;
  const name = [
    firing > 0 ? `${count(firing)} firing` : "none firing",
    unread > 0 && `${count(unread)} new`,
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        // Read once it was closed: while it is open one can tell the new ones.
        if (!next) markRead();
      }}
    >
      <Popover.Trigger
        aria-label={`Alerts: ${name}`}
        title={`Alerts: ${name}`}
        className="relative grid size-8 shrink-0 place-items-center rounded-inner text-muted transition-colors hover:bg-raised hover:text-ink max-md:size-11"
      >
        <Icon size={16} aria-hidden="true" className={firing > 0 ? "text-bad" : undefined} />
        {firing > 0 ? (
          <span className="absolute top-0 right-0 min-w-4 rounded-full bg-bad px-1 text-center text-11 font-semibold text-page numbers max-md:top-1 max-md:right-1">
            {firing > 99 ? "99+" : firing}
          </span>
        ) : (
          unread > 0 && (
            <span className="absolute top-1 right-1 size-2 rounded-full bg-accent max-md:top-2.5 max-md:right-2.5" />
          )
        )}
      </Popover.Trigger>
      <Popup
        label="Notifications"
        className="flex max-h-[min(36rem,80dvh)] w-[min(24rem,calc(100vw-1.5rem))] flex-col"
      >
        <p className="flex items-center justify-between gap-3 px-3 py-2.5 max-md:py-0">
          <span className="font-medium">Latest alerts</span>
          <Link
            to="/alerts"
            onClick={() => setOpen(false)}
            className="inline-flex items-center font-medium text-accent hover:underline max-md:min-h-11"
          >
            All alerts
          </Link>
        </p>
        {news.length === 0 ? (
          <p className="border-t border-line px-3 py-6 text-center text-muted">
            No alert fired or was resolved.
          </p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
          <ul tabIndex={0} aria-label="Latest alerts" className="min-h-0 overflow-y-auto">
            {news.slice(0, MOST).map((one) => (
              <OneNews key={one.key} news={one} />
            ))}
          </ul>
        )}
        <NoticeSwitches />
      </Popup>
    </Popover.Root>
  );
}

function OneNews({ news: { alert, state, at, read } }: { readonly news: News }) {
  const now = useLiveHistory().now();
  return (
    <li className={`border-t border-line px-3 py-2 ${read ? "" : "bg-accent-soft"}`}>
      <p className="flex items-center justify-between gap-3">
        <AlertState state={state} />
        <span className="flex items-center gap-2 text-12 text-muted numbers" title={exactTime(at)}>
          {!read && <span className="font-medium text-accent">New</span>}
          {ago(now - at)}
        </span>
      </p>
      <p className="mt-0.5 break-words">
        <span className="font-medium">{alert.name}</span>{" "}
        <span className="text-muted">{alertInWords(alert)}</span>
      </p>
    </li>
  );
}
