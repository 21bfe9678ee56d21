const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** `$mod+k` as this keyboard says it. */
export function inWords(keys: string): string[] {
  return keys.split(" ").map((press) =>
    press
      .replace("$mod", apple ? "⌘" : "Ctrl")
      .replace("Shift+?", "?")
      .replace("ArrowDown", "↓")
      .replace("ArrowUp", "↑")
      .replace("Escape", "Esc")
      .replace(/\b([a-z])$/, (letter) => letter.toUpperCase()),
  );
}

/** The keys of an action, as caps. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="flex shrink-0 items-center gap-1 text-12 text-muted">
      {inWords(keys).map((press, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sequence, in which a key may come twice
        <span key={`${index}-${press}`} className="flex items-center gap-1">
          {index > 0 && <span className="text-faint">then</span>}
          <kbd className="min-w-5 rounded-[4px] border border-line-strong px-1 text-center font-sans text-11">
            {press}
          </kbd>
        </span>
      ))}
    </span>
  );
}
