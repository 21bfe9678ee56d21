"use client";

import { useInsertionEffect } from "react";
import { css } from "./css.ts";

let adopted = false;

/**
 * Adopts the stylesheet once per page. A constructed sheet needs no import and passes a
 * Content-Security-Policy without 'unsafe-inline'; `styles.css` is the same text for those who want
 * it before the first script runs.
 */
export function useBaseStyles(): void {
  useInsertionEffect(() => {
    if (adopted || typeof CSSStyleSheet === "undefined" || !document.adoptedStyleSheets) return;
    adopted = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, []);
}
