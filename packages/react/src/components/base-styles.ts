"use client";

import { useInsertionEffect } from "react";

const adopted = new Set<string>();

/**
 * Adopts a stylesheet once per page. A constructed sheet needs no import and passes a
 * Content-Security-Policy without 'unsafe-inline'.
 */
function adopt(text: string): void {
  if (typeof CSSStyleSheet === "undefined" || !document.adoptedStyleSheets) return;
  if (adopted.has(text)) return;
  adopted.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Adopts a stylesheet before what needs it is laid out. */
export function useStyles(text: string): void {
  useInsertionEffect(() => adopt(text), [text]);
}

async function adoptBase(): Promise<void> {
  try {
    const { css } = await import("./css.ts");
    adopt(css);
  } catch {
    // What cannot be loaded now is asked for again by the next component.
  }
}

/**
 * The look of the components, loaded with the first of them. `styles.css` is the same text for those
 * who want it before any script.
 */
export function useBaseStyles(): void {
  useInsertionEffect(() => void adoptBase(), []);
}
