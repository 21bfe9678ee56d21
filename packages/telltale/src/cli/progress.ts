/** Where a command says how far it is; a terminal's line is rewritten, elsewhere only the end is told. */
export interface Notes {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Progress {
  /** @param total null while it is not known */
  at(done: number, total: number | null): void;
  end(text: string): void;
}

/** @param now ms, to write at most ten times a second */
export function createProgress(notes: Notes, unit: string, now: () => number): Progress {
  let shown = Number.NEGATIVE_INFINITY;
  return {
    at(done, total) {
      if (!notes.isTTY || now() - shown < 100) return;
      shown = now();
      const share = total ? ` of ${inWords(total)} (${Math.floor((done / total) * 100)}%)` : "";
      notes.write(`\r\u001b[K${inWords(done)}${share} ${unit}`);
    },
    end(text) {
      notes.write(`${notes.isTTY ? "\r\u001b[K" : ""}${text}\n`);
    },
  };
}

function inWords(count: number): string {
  return count.toLocaleString("en");
}
