import { useId } from "react";
import { Switch } from "../preferences/Field.tsx";
import { setPreferences, usePreferences } from "../preferences/preferences.ts";
import { type Permission, useDesktopNotifications } from "./desktop.ts";
import { playTone } from "./tone.ts";

/** Why there is no message of the operating system, and what to do. */
export function permissionHint(permission: Permission): string {
  switch (permission) {
    case "denied":
      return "The browser blocks them for this site. Allow them in its site settings, beside the address.";
    case "unavailable":
      return "This browser has them only on https:// and on localhost.";
    case "default":
      return "The browser asks once when you switch this on.";
    case "granted":
      return "From one tab, however many are open.";
  }
}

/** Turns the sound on with a sample of it, which also lets the browser play the next one. */
export function setSound(on: boolean): void {
  setPreferences({ sound: on });
  if (on) void playTone();
}

/** How to be told of an alert, in the notification centre. */
export function NoticeSwitches() {
  const { sound } = usePreferences();
  const { on, permission, set } = useDesktopNotifications();
  const desktop = useId();
  const tone = useId();
  const blocked = permission === "denied" || permission === "unavailable";
  return (
    <div className="flex flex-col gap-3 border-t border-line px-3 py-3">
      <div className="flex items-center justify-between gap-4">
        <div>
          <label htmlFor={desktop}>Desktop notifications</label>
          {blocked && <p className="text-12 text-faint">{permissionHint(permission)}</p>}
        </div>
        {!blocked && <Switch id={desktop} on={on} onChange={(next) => void set(next)} />}
      </div>
      <div className="flex items-center justify-between gap-4">
        <label htmlFor={tone}>Sound</label>
        <Switch id={tone} on={sound} onChange={setSound} />
      </div>
    </div>
  );
}
