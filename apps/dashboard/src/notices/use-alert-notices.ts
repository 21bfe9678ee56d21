import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTelltaleState } from "@/services";
import { alertInWords } from "../alerts/alert-words.ts";
import { preferences } from "../preferences/preferences.ts";
import { notifyDesktop } from "./desktop.ts";
import { takeIn } from "./news.ts";
import { toast } from "./toasts.ts";
import { playToneOnce } from "./tone.ts";

/** Tells of alerts as they fire and are resolved: on the page, and as the reader asked to be told. */
export function useAlertNotices(): void {
  const { alerts, begun } = useTelltaleState(({ alerts: all, metrics, replay }) => ({
    alerts: all,
    // A replay knows no alerts, and must wake nobody.
    begun: metrics !== null && replay === null,
  }));
  const navigate = useNavigate();
  useEffect(() => {
    // Before the first snapshot there are no alerts, which does not mean that all are new.
    if (!begun) return;
    const open = (): void => void navigate({ to: "/alerts" });
    let fired = false;
    for (const { alert, state } of takeIn(alerts)) {
      if (state === "acknowledged" || alert.silenced) continue;
      const firing = state === "firing";
      toast({
        id: alert.id,
        tone: firing ? "bad" : "good",
        title: `${alert.name} ${firing ? "fires" : "is resolved"}`,
        text: alertInWords(alert),
        action: { name: "Show", run: open },
      });
      if (!firing) continue;
      fired = true;
      if (preferences().desktopNotifications) notifyDesktop(alert, open);
    }
    if (fired && preferences().sound) void playToneOnce();
  }, [alerts, begun, navigate]);
}
