import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import type { Upstream } from "./upstream.ts";

/** Variables that name a proxy of the network, as curl reads them. */
const variables = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];

/**
 * The connections to upstreams: through the proxy of the network where `HTTP_PROXY` or `HTTPS_PROXY` name
 * one and `NO_PROXY` does not except the upstream; the demo's own are always reached directly.
 */
export class Dispatchers {
  readonly #direct: Agent;
  readonly #proxied: Dispatcher | null;

  constructor(options: Agent.Options, env: NodeJS.ProcessEnv) {
    this.#direct = new Agent(options);
    this.#proxied = variables.some((name) => env[name]) ? new EnvHttpProxyAgent(options) : null;
  }

  to(upstream: Upstream): Dispatcher {
    return upstream.demo ? this.#direct : (this.#proxied ?? this.#direct);
  }

  async destroy(): Promise<void> {
    await this.#direct.destroy();
    await this.#proxied?.destroy();
  }
}
