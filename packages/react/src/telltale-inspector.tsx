"use client";

import { lazy, type ReactElement, Suspense, useSyncExternalStore } from "react";
import { TelltaleBoundary } from "./boundary.tsx";
import type { TelltaleInspectorProps } from "./inspector/inspector.tsx";

export type { TelltaleInspectorProps } from "./inspector/inspector.tsx";

const Inspector = lazy(async () => {
  const { TelltaleInspector } = await import("./inspector/inspector.tsx");
  return { default: TelltaleInspector };
});

const never = (): (() => void) => () => {};

/**
 * What travels on the connection, in a panel at the edge of the window that folds to a button: raw
 * frames, rates, states, types, subscriptions. Its code is a chunk of its own, loaded when it is mounted; a
 * server renders nothing. Import it from `@telltale/react/inspector` to bundle it with yours.
 */
export function TelltaleInspector(props: TelltaleInspectorProps): ReactElement | null {
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  if (!inBrowser) return null;
  return (
    <TelltaleBoundary>
      <Suspense fallback={null}>
        <Inspector {...props} />
      </Suspense>
    </TelltaleBoundary>
  );
}
