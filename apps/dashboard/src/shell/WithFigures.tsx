import { type ReactNode, useEffect, useState } from "react";
import { useTelltaleState } from "@/services";

/** For figures that are on their way when the page is; too short for a wait to be seen. */
const PATIENCE_MS = 300;

/** Draws the page once, with its first figures, instead of without them and then again. */
export function WithFigures({ children }: { readonly children: ReactNode }) {
  const heard = useTelltaleState(({ lastUpdate }) => lastUpdate !== null);
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setBegun(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (heard && !begun) setBegun(true);
  return begun && children;
}
