import { late } from "../../late.ts";
import type { LlmProxy, ProxyOptions } from "./proxy.ts";

/** The proxy brings a large HTTP client; a server that just starts has better things to load. */
export interface LateProxy extends LlmProxy {
  /** Loads it now, so that the first call need not wait for it. */
  load(): Promise<void>;
}

/** A proxy that is loaded when it is first needed. */
export function createLateProxy(options: ProxyOptions): LateProxy {
  let used = false;
  const proxy = late(async () => {
    used = true;
    return (await import("./proxy.ts")).createProxy(options);
  });
  return {
    async load() {
      await proxy();
    },
    async handle(request, response, upstream, path) {
      await (await proxy()).handle(request, response, upstream, path);
    },
    async close(grace) {
      if (used) await (await proxy()).close(grace);
    },
  };
}
