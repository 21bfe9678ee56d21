import { Children, type ReactNode, useEffect, useMemo, useState } from "react";
import { afterPaint } from "./after-paint.ts";

interface InTurnProps {
  readonly children: ReactNode;
  /** All of them are shown. */
  readonly onWhole?: () => void;
}

/**
 * Shows its children one after the other, each once those before it were painted: figures do not wait for
 * charts, and no task is as long as the page. Nothing moves, because what comes later stands below.
 */
export function InTurn({ children, onWhole }: InTurnProps) {
  // The same elements as before are not rendered anew when one more is shown.
  const parts = useMemo(() => Children.toArray(children), [children]);
  const [shown, setShown] = useState(1);
  const whole = shown >= parts.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each one that is shown lets the next one come
  useEffect(() => {
    if (!whole) return afterPaint(() => setShown((count) => count + 1));
    return onWhole && afterPaint(onWhole);
  }, [whole, shown, onWhole]);
  return parts.slice(0, shown);
}
