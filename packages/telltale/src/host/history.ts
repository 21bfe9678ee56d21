import type { HostSample } from "./sampler.ts";

/** The host at one moment, as `system_update` tells it. */
export interface HostMoment
  extends Pick<
    HostSample,
    "cpu_usage" | "memory_usage" | "network_in_bytes" | "network_out_bytes"
  > {
  /** Unix ms. */
  readonly time: number;
}

const LENGTH = 300_000;
/** Ticks a second apart are so only nearly. */
const SPACING = 950;

/** The last five minutes of the host, at most a moment per second. Memory only. */
export class HostHistory {
  readonly #moments: HostMoment[] = [];

  add(sample: HostSample, now: number): void {
    const last = this.#moments.at(-1);
    if (last !== undefined && now - last.time < SPACING) return;
    while (this.#moments[0] && this.#moments[0].time <= now - LENGTH) this.#moments.shift();
    const { cpu_usage, memory_usage, network_in_bytes, network_out_bytes } = sample;
    this.#moments.push({
      time: now,
      cpu_usage,
      memory_usage,
      network_in_bytes,
      network_out_bytes,
    });
  }

  /** Oldest first. */
  get moments(): readonly HostMoment[] {
    return this.#moments;
  }
}
