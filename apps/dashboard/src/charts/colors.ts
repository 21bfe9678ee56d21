/** What a canvas needs to know of the theme, resolved to plain colours. */
export interface ChartColors {
  readonly grid: string;
  readonly text: string;
  readonly resolve: (color: string, alpha?: number) => string;
}

/** Reads the theme as it applies at `element`. A canvas understands neither variables nor light-dark(). */
export function chartColors(element: HTMLElement): ChartColors {
  const probe = document.createElement("span");
  // Put in anew for each: where every transition is cut short, a colour that changes is still the old one.
  const resolve = (color: string, alpha = 1): string => {
    probe.style.color =
      alpha === 1 ? color : `color-mix(in oklab, ${color} ${alpha * 100}%, transparent)`;
    element.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };
  const cache = new Map<string, string>();
  return {
    grid: resolve("var(--color-line)"),
    text: resolve("var(--color-faint)"),
    resolve: (color, alpha = 1) => {
      const key = `${color}|${alpha}`;
      const known = cache.get(key);
      if (known !== undefined) return known;
      const resolved = resolve(color, alpha);
      cache.set(key, resolved);
      return resolved;
    },
  };
}
