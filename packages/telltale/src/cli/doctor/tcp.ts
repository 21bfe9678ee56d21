import { connect } from "node:net";
import { connectFailure } from "../connect-failure.ts";
import { type Finding, fail, ms, ok, warn } from "./finding.ts";
import { portOf, type Target } from "./target.ts";

export interface Attempt {
  readonly address: string;
  /** ms, or why it failed. */
  readonly result: number | Error;
}

/** More addresses than this are a load balancer's, and alike. */
const most = 4;

/** Connects to each address once, and lets go at once. */
export function probeTcp(
  { url, patience }: Target,
  addresses: readonly string[],
): Promise<Attempt[]> {
  const attempt = (address: string): Promise<Attempt> =>
    new Promise((resolve) => {
      const started = performance.now();
      const socket = connect({ host: address, port: portOf(url) });
      const end = (result: number | Error): void => {
        socket.destroy();
        resolve({ address, result });
      };
      socket.setTimeout(patience.connect, () => {
        end(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
      });
      socket.once("connect", () => end(performance.now() - started));
      socket.on("error", end);
    });
  return Promise.all(addresses.slice(0, most).map(attempt));
}

export function judgeTcp(attempts: readonly Attempt[], port: number): Finding {
  const failed = attempts.filter(({ result }) => typeof result !== "number");
  const [first] = failed;
  const times = attempts.map(({ result }) => (typeof result === "number" ? result : Infinity));
  const fastest = Math.min(...times);
  if (!first || typeof first.result === "number") return ok(`port ${port} open in ${ms(fastest)}`);
  const { reason, advice } = connectFailure(first.result);
  if (failed.length === attempts.length) return fail(`port ${port}: ${reason}`, advice);
  return warn(
    `port ${port} open in ${ms(fastest)}, but not on ${failed.map(({ address }) => address).join(", ")}: ${reason}`,
    "listen on every address that the name has, or take the others out of DNS: some clients try them first",
  );
}
