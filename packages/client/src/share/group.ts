import { PROTOCOL_VERSION } from "@telltale/protocol";
import type { Config } from "../config.ts";
import type { Env } from "../env.ts";
import { CLIENT_VERSION } from "../version.ts";
import type { Tabs } from "./tabs.ts";

/**
 * The name under which tabs that want the same find each other, and no others. Neither the token nor
 * anything else of it can be read from it.
 */
export async function groupName(
  { url, protocols, transports, subscription = {}, shareAs }: Config,
  token: string | undefined,
  env: Env,
  tabs: Tabs,
): Promise<string> {
  const target = new URL(url, env.base());
  target.protocol = target.protocol.replace(/^http/, "ws");
  target.hash = "";
  const { types, models, filter, intervalMs } = subscription;
  const { status, min_latency_ms, text } = filter ?? {};
  const wanted = [types, models, status, min_latency_ms, text, intervalMs];
  const key = [target.href, protocols, transports, wanted, shareAs ?? null, token ?? null];
  const digest = await tabs.digest(JSON.stringify(key));
  return `telltale/${PROTOCOL_VERSION}/${CLIENT_VERSION}/${digest}`;
}
