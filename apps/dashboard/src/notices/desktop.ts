import type { AlertUpdate } from "@telltale/protocol";
import { useSyncExternalStore } from "react";
import { alertInWords } from "../alerts/alert-words.ts";
import { setPreferences, usePreferences } from "../preferences/preferences.ts";

export type Permission = "granted" | "denied" | "default" | "unavailable";

/** What the browser lets this page do. Without TLS there are no notifications, but on localhost. */
function permission(): Permission {
  return "Notification" in window && window.isSecureContext
    ? Notification.permission
    : "unavailable";
}

const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // The reader may change it in the browser's own settings meanwhile.
  window.addEventListener("focus", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("focus", listener);
  };
}

/** Whether messages of the operating system come, and why not. */
export function useDesktopNotifications(): {
  readonly on: boolean;
  readonly permission: Permission;
  readonly set: (on: boolean) => Promise<void>;
} {
  const { desktopNotifications: wanted } = usePreferences();
  const allowed = useSyncExternalStore(subscribe, permission);
  return {
    on: wanted && allowed === "granted",
    permission: allowed,
    set: async (on) => {
      // The browser is asked only here: when the reader has just said that they want it.
      if (on && allowed === "default") await Notification.requestPermission();
      setPreferences({ desktopNotifications: on && permission() === "granted" });
      changed();
    },
  };
}

/** A message of the operating system; several tabs make one, since they name it alike. */
export function notifyDesktop(alert: AlertUpdate, open: () => void): void {
  if (permission() !== "granted") return;
  try {
    const notification = new Notification(`${alert.name} fires`, {
      body: alertInWords(alert),
      tag: `telltale ${alert.id}`,
      icon: "/favicon-alert.svg",
    });
    notification.onclick = () => {
      window.focus();
      open();
      notification.close();
    };
  } catch {
    // Browsers on phones have notifications for service workers only; the page itself says it too.
  }
}
