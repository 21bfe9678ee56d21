/** CPU time since boot in whatever unit the system counts; only ratios are used. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** Bytes since boot, all interfaces but loopback. */
export interface NetworkBytes {
  readonly received: number;
  readonly sent: number;
}

/** What an operating system tells about itself. Undefined where it tells nothing just now. */
export interface Machine {
  cpu(): CpuTimes | undefined;
  /** 0..100. */
  memoryUsage(): number | undefined;
  network(): NetworkBytes | undefined;
}
