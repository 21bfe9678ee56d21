import { useSyncExternalStore } from "react";
import { DEFAULT_RANGE, presets } from "../range/range.ts";

/** What a reader may choose; kept in this browser. */
export interface Preferences {
  readonly density: "compact" | "comfortable";
  /** `local`, or an IANA name such as `Europe/Zurich`. */
  readonly timeZone: string;
  /** `plain` for 1,234.5 and 14:02, else a BCP 47 tag such as `de-CH`. */
  readonly locale: string;
  /** ISO 4217 code that money is shown in. */
  readonly currency: string;
  /** How much of it a US dollar is. */
  readonly perDollar: number;
  /** Name of the time range pages open with. */
  readonly defaultRange: string;
  /** Least time between two changes of the figures on the page, ms. */
  readonly refreshMs: number;
  readonly motion: "system" | "reduced";
  /** Names of the columns of the requests list; empty for the usual ones. */
  readonly requestColumns: readonly string[];
  /** A short tone when an alert fires. */
  readonly sound: boolean;
  /** A message of the operating system when an alert fires. */
  readonly desktopNotifications: boolean;
}

export const defaults: Preferences = {
  density: "compact",
  timeZone: "local",
  locale: "plain",
  currency: "USD",
  perDollar: 1,
  defaultRange: DEFAULT_RANGE,
  refreshMs: 250,
  motion: "system",
  requestColumns: [],
  sound: false,
  desktopNotifications: false,
};

export const REFRESH_CHOICES: readonly number[] = [250, 1_000, 5_000, 15_000];

const KEY = "telltale.preferences";

type Checks = { readonly [K in keyof Preferences]: (value: unknown) => boolean };

const oneOf =
  (...values: readonly unknown[]) =>
  (value: unknown): boolean =>
    values.includes(value);

const checks: Checks = {
  density: oneOf("compact", "comfortable"),
  timeZone: (value) => typeof value === "string" && (value === "local" || isTimeZone(value)),
  locale: (value) => typeof value === "string" && (value === "plain" || isLocale(value)),
  currency: (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value),
  perDollar: (value) => typeof value === "number" && value > 0 && Number.isFinite(value),
  defaultRange: oneOf(...presets.map(({ name }) => name)),
  refreshMs: oneOf(...REFRESH_CHOICES),
  motion: oneOf("system", "reduced"),
  requestColumns: (value) =>
    Array.isArray(value) && value.length <= 50 && value.every((name) => typeof name === "string"),
  sound: oneOf(true, false),
  desktopNotifications: oneOf(true, false),
};

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** What can be understood of a stored or imported value, the defaults for the rest. */
export function readPreferences(value: unknown): Preferences {
  if (typeof value !== "object" || value === null) return defaults;
  const given = Object.entries(value).filter(
    ([name, each]) => name in checks && checks[name as keyof Preferences](each),
  );
  return { ...defaults, ...Object.fromEntries(given) };
}

function load(): Preferences {
  try {
    return readPreferences(JSON.parse(localStorage.getItem(KEY) ?? "null"));
  } catch {
    return defaults;
  }
}

const listeners = new Set<() => void>();
let current: Preferences = typeof localStorage === "undefined" ? defaults : load();

function tell(): void {
  apply(current);
  for (const listener of listeners) listener();
}

/** The style sheet reads density and motion from the root element. */
function apply({ density, motion }: Preferences): void {
  if (typeof document === "undefined") return;
  document.documentElement.dataset.density = density;
  document.documentElement.dataset.motion = motion;
}

apply(current);
if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY) return;
    current = load();
    tell();
  });
}

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = readPreferences({ ...current, ...change });
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // The choice then lasts as long as the page.
  }
  tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences, () => defaults);
}
