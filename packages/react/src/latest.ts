"use client";

import { useInsertionEffect, useRef } from "react";

/** Holds the newest value for callbacks that run later, so that changing it restarts nothing. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useInsertionEffect(() => {
    ref.current = value;
  });
  return ref;
}
