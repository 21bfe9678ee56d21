import { type ReactNode, useEffect, useState } from "react";
import { afterPaint } from "./after-paint.ts";

interface LaterProps {
  readonly children: ReactNode;
  /** What keeps their place. */
  readonly meanwhile?: ReactNode;
}

/** What the first figures do not wait for: shown once they were painted. */
export function Later({ children, meanwhile }: LaterProps) {
  const [painted, setPainted] = useState(false);
  useEffect(() => afterPaint(() => setPainted(true)), []);
  return painted ? children : meanwhile;
}
