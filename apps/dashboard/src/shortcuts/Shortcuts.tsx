import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { tinykeys } from "tinykeys";
import { presets } from "../range/range.ts";
import { useSetRange } from "../range/use-range.ts";
import { places } from "../shell/navigation.ts";
import { setTheme } from "../theme/theme.ts";
import { type Action, useActions, useAllActions } from "./actions.ts";

const Palette = lazy(() => import("./Palette.tsx"));
const KeyList = lazy(() => import("./KeyList.tsx"));

/** Listens for keys and shows the palette and the list of keys when asked to. */
export function Shortcuts() {
  const [open, setOpen] = useState<"palette" | "keys" | null>(null);
  const close = (): void => setOpen(null);
  useShellActions(setOpen);
  const actions = useAllActions();

  useEffect(() => {
    const bindings = Object.fromEntries(
      actions.flatMap(({ keys, run }) =>
        keys ? [[keys, (event: KeyboardEvent) => press(event, keys, run)] as const] : [],
      ),
    );
    return tinykeys(window, bindings);
  }, [actions]);

  return (
    <Suspense>
      {open === "palette" && <Palette actions={actions} onClose={close} />}
      {open === "keys" && <KeyList actions={actions} onClose={close} />}
    </Suspense>
  );
}

/** Letters belong to whoever is typing; a chord with a modifier does not. */
function press(event: KeyboardEvent, keys: string, run: () => void): void {
  const chord = keys.includes("$mod");
  if (!chord && (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey)) return;
  if (!chord && document.querySelector("dialog[open]")) return;
  event.preventDefault();
  run();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName);
}

function useShellActions(show: (what: "palette" | "keys") => void): void {
  const navigate = useNavigate();
  const setRange = useSetRange();
  useActions([
    ...places.map(
      ({ to, name, key }): Action => ({
        id: `go-${to}`,
        name: `Go to ${name.toLowerCase()}`,
        group: "Go to",
        keys: `g ${key}`,
        run: () => void navigate({ to }),
      }),
    ),
    ...presets.map(
      ({ name, long, ms }): Action => ({
        id: `range-${name}`,
        name: `Show the ${long.toLowerCase()}`,
        group: "Time",
        also: `time range ${name}`,
        run: () => setRange({ kind: "live", ms }),
      }),
    ),
    { id: "theme-dark", name: "Use the dark theme", group: "View", run: () => setTheme("dark") },
    { id: "theme-light", name: "Use the light theme", group: "View", run: () => setTheme("light") },
    {
      id: "theme-system",
      name: "Use the system's theme",
      group: "View",
      run: () => setTheme("system"),
    },
    {
      id: "palette",
      name: "Find an action",
      group: "Help",
      keys: "$mod+k",
      run: () => show("palette"),
    },
    {
      id: "keys",
      name: "Show the keyboard shortcuts",
      group: "Help",
      keys: "Shift+?",
      run: () => show("keys"),
    },
  ]);
}
