import { useSyncExternalStore } from "react";

export type Theme = "system" | "dark" | "light";

// The same key is read by public/begin.js before the first paint.
const KEY = "telltale.theme";
const listeners = new Set<() => void>();
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

let chosen: Theme = read();
let version = 0;

function read(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "dark" || stored === "light" ? stored : "system";
  } catch {
    return "system";
  }
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function changed(): void {
  version += 1;
  for (const listener of listeners) listener();
}

systemDark.addEventListener("change", changed);
// Paper is light.
window.matchMedia("print").addEventListener("change", changed);
window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  chosen = read();
  apply(chosen);
  changed();
});

export function setTheme(theme: Theme): void {
  chosen = theme;
  apply(theme);
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
  changed();
}

export function themeNow(): Theme {
  return chosen;
}

const following: Record<Theme, Theme> = { system: "dark", dark: "light", light: "system" };

export function nextTheme(theme: Theme): Theme {
  return following[theme];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, themeNow);
}

/** Changes whenever colours may have: for what draws them itself, such as a canvas. */
export function useThemeVersion(): number {
  return useSyncExternalStore(subscribe, () => version);
}
