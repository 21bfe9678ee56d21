/**
 * Resolves at the first signal to stop; the second ends the process at once, as it would have without
 * us: `process.exit` would end the history's worker under DuckDB, which aborts.
 */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (asked) {
          process.removeAllListeners(name);
          process.kill(process.pid, name);
        }
        asked = true;
        resolve();
      });
    }
  });
}
