"use client";

import { useInsertionEffect } from "react";
import { css } from "./css.ts";

const adopted = new Set<string>();

/**
 * Adopts a stylesheet once per page. A constructed sheet needs no import and passes a
 * Content-Security-Policy without 'unsafe-inline'.
 */
export function useStyles(text: string): void {
  useInsertionEffect(() => {
    if (typeof CSSStyleSheet === "undefined" || !document.adoptedStyleSheets) return;
    if (adopted.has(text)) return;
    adopted.add(text);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, [text]);
}

/** The look of the components; `styles.css` is the same text for those who want it before any script. */
export function useBaseStyles(): void {
  useStyles(css);
}
