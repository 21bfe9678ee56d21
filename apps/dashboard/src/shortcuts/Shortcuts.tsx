import { useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { tinykeys } from "tinykeys";
import { type Action, useAllActions } from "./actions.ts";
import { type Overlay, useShellActions } from "./use-shell-actions.ts";
import { useTimeActions } from "./use-time-actions.ts";

const Palette = lazy(() => import("./Palette.tsx"));
const KeyList = lazy(() => import("./KeyList.tsx"));
const SendData = lazy(() => import("../shell/SendData.tsx"));

/** Listens for keys and shows the palette and the list of keys when asked to. */
export function Shortcuts() {
  const [open, setOpen] = useState<Overlay | null>(null);
  const close = (): void => setOpen(null);
  useShellActions((what) => setOpen((now) => (now === what ? null : what)));
  useTimeActions(useRouterState({ select: (state) => state.location.pathname }));
  const actions = useAllActions();

  useEffect(() => tinykeys(window, bindingsOf(actions)), [actions]);

  return (
    <Suspense>
      {open === "palette" && <Palette actions={actions} onClose={close} />}
      {open === "keys" && <KeyList actions={actions} onClose={close} />}
      {open === "send" && <SendData onClose={close} />}
    </Suspense>
  );
}

/** Sequences come first, so that the last key of one is not also an action of its own. */
function bindingsOf(actions: readonly Action[]): Record<string, (event: KeyboardEvent) => void> {
  const bound = actions.flatMap(({ keys, run }) => (keys ? [{ keys, run }] : []));
  const sequences = bound.filter(({ keys }) => keys.includes(" "));
  const single = bound.filter(({ keys }) => !keys.includes(" "));
  return Object.fromEntries(
    [...sequences, ...single].map(({ keys, run }) => [
      keys,
      (event: KeyboardEvent) => press(event, keys, run),
    ]),
  );
}

/** Letters belong to whoever is typing; a chord with a modifier does not. */
function press(event: KeyboardEvent, keys: string, run: () => void): void {
  if (event.defaultPrevented) return;
  const chord = keys.includes("$mod");
  if (!chord && (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey)) return;
  if (!chord && document.querySelector("dialog[open]")) return;
  event.preventDefault();
  run();
}

const NOT_WRITTEN_IN = /^(?:checkbox|radio|button|submit|reset|range|color|file)$/;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NOT_WRITTEN_IN.test(target.type);
  return target.isContentEditable || /^(?:textarea|select)$/i.test(target.tagName);
}
