import type { Config } from "./config.ts";

/** Least value of each number. */
const least = {
  reconnectInterval: 1,
  maxReconnectInterval: 1,
  reconnectDecay: 1,
  maxReconnectAttempts: 0,
  heartbeatInterval: 1,
  heartbeatTimeout: 1,
  historySize: 0,
};

const known = ["websocket", "sse", "poll"];

/** What is wrong with a configuration, in words; `undefined` when nothing is. */
export function configProblem(config: Config): string | undefined {
  const { url, transports, share } = config;
  const wrong = (name: string, expected: string, received: unknown): string =>
    `config.${name}: expected ${expected}, received ${received}`;
  if (typeof url !== "string" || !url) return wrong("url", "a URL", JSON.stringify(url));
  for (const name of Object.keys(least) as (keyof typeof least)[]) {
    const value: unknown = config[name];
    if (typeof value !== "number" || !(value >= least[name])) {
      return wrong(name, `a number of at least ${least[name]}`, value);
    }
  }
  if (!transports[0] || transports.some((name) => !known.includes(name))) {
    return wrong("transports", `some of ${known}`, JSON.stringify(transports));
  }
  if (share !== undefined && share !== "tabs") {
    return wrong("share", '"tabs"', JSON.stringify(share));
  }
  return undefined;
}
