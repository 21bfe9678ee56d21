import { useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { tinykeys } from "tinykeys";
import { untilThere } from "../services/until-there.ts";
import { type Action, useAllActions } from "./actions.ts";
import { type Overlay, useShellActions } from "./use-shell-actions.ts";
import { useTimeActions } from "./use-time-actions.ts";

const Palette = lazy(untilThere(() => import("./Palette.tsx")));
const KeyList = lazy(untilThere(() => import("./KeyList.tsx")));
const SendData = lazy(untilThere(() => import("../shell/SendData.tsx")));

/** Listens for keys and shows the palette and the list of keys when asked to. */
export function Shortcuts() {
  const [open, setOpen] = useState<Overlay | null>(null);
  const [early, setEarly] = useState("");
  const close = (): void => {
    setOpen(null);
    setEarly("");
  };
  useShellActions((what) => setOpen((now) => (now === what ? null : what)));
  useTimeActions(useRouterState({ select: (state) => state.location.pathname }));
  const actions = useAllActions();

  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  }, [actions]);
  // What a page brings when it arrives must not forget the first key of two. Those of two are heard first, so
  // that the last of them is not also an action of its own.
  const sequences = keysOf(actions, true);
  const single = keysOf(actions, false);
  useEffect(() => tinykeys(window, bindingsOf(sequences, latest)), [sequences]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: bound anew after the others were, to stay behind them
  useEffect(() => tinykeys(window, bindingsOf(single, latest)), [sequences, single]);

  return (
    <Suspense fallback={open === "palette" && <Typing onType={setEarly} onClose={close} />}>
      {open === "palette" && <Palette actions={actions} early={early} onClose={close} />}
      {open === "keys" && <KeyList actions={actions} onClose={close} />}
      {open === "send" && <SendData onClose={close} />}
    </Suspense>
  );
}

interface TypingProps {
  readonly onType: (change: (text: string) => string) => void;
  readonly onClose: () => void;
}

/** Keeps what is typed for the palette, while that is still to come. */
function Typing({ onType, onClose }: TypingProps) {
  useEffect(() => {
    const keep = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey } = event;
      if (ctrlKey || metaKey) return;
      if (key === "Escape") onClose();
      else if (key === "Backspace") onType((text) => text.slice(0, -1));
      else if (key.length === 1) onType((text) => text + key);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", keep, { capture: true });
    return () => window.removeEventListener("keydown", keep, { capture: true });
  });
  return null;
}

const SEPARATOR = "\n";

/** The keys of one kind, as one text that is the same while they are. */
function keysOf(actions: readonly Action[], sequence: boolean): string {
  const bound = new Set(actions.flatMap(({ keys }) => keys ?? []));
  return [...bound].filter((keys) => keys.includes(" ") === sequence).join(SEPARATOR);
}

/** The last one offered for the same keys has them. */
function bindingsOf(
  bound: string,
  actions: { readonly current: readonly Action[] },
): Record<string, (event: KeyboardEvent) => void> {
  return Object.fromEntries(
    bound
      .split(SEPARATOR)
      .filter(Boolean)
      .map((keys) => [
        keys,
        (event: KeyboardEvent) =>
          press(event, keys, () => actions.current.findLast((each) => each.keys === keys)?.run()),
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
