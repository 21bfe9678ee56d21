import type { Sharer } from "./sharer.ts";

const LEFT = "The tab that held the connection is gone";
const TOKEN_TIMEOUT_MS = 30_000;

/** Goes on with a connection of one's own from where that of another tab stood. */
export function takeOver(driver: Sharer): void {
  const { state, env } = driver;
  if (state.name === "CONNECTED") {
    driver.events.closed(1001, LEFT);
    // Nothing is wrong with the server: there is no reason to wait. A callback may have left, though.
    if (driver.state.name !== "DISCONNECTED") driver.dispatch({ type: "connect" });
    return;
  }
  driver.perform({ do: "close" });
  if (!driver.wanted) return;
  if (state.name === "RECONNECTING" && state.phase === "waiting") {
    driver.perform({ do: "wait", ms: Math.max(0, state.until - env.now()) });
  } else if (state.name === "RECONNECTING" && state.phase === "refreshing") {
    driver.perform({ do: "wait", ms: TOKEN_TIMEOUT_MS });
    driver.perform({ do: "refresh_token" });
  } else driver.attempt();
}
