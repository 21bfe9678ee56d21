import type { Cancel } from "./env.ts";

/** Puts one more into a set. Returns how to take it out. */
export function enlist<T>(listeners: Set<T>, listener: T): Cancel {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
