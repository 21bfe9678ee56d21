import { presets } from "../range/range.ts";

/** A replay as it stands in the address: where it goes on from, in RFC 3339, and how fast. */
export interface ReplaySearch {
  readonly replay?: string;
  readonly speed?: number;
}

/** Where a replay begins, Unix ms, and seconds of the past per second. */
export interface ReplayStart {
  readonly at: number;
  readonly speed: number;
}

export const SPEEDS = [1, 2, 5, 10, 30, 60] as const;
export const USUAL_SPEED = 10;

/** Takes what is understood from the address and leaves the rest. */
export function readReplaySearch(search: Readonly<Record<string, unknown>>): ReplaySearch {
  const given = search["replay"];
  const at = typeof given === "string" ? Date.parse(given) : Number.NaN;
  if (!Number.isFinite(at)) return {};
  const speed = Number(search["speed"] ?? USUAL_SPEED);
  return {
    replay: new Date(at).toISOString(),
    speed: speed >= 0.1 && speed <= 3600 ? speed : USUAL_SPEED,
  };
}

export function startOf({ replay, speed }: ReplaySearch): ReplayStart | null {
  return replay === undefined ? null : { at: Date.parse(replay), speed: speed ?? USUAL_SPEED };
}

export function searchOfReplay({ at, speed }: ReplayStart): Required<ReplaySearch> {
  return { replay: new Date(at).toISOString(), speed };
}

/** Where the stream of a replay is. */
export function streamOf(url: string, start: ReplayStart | null): string {
  if (start === null) return url;
  return `${url}${url.includes("?") ? "&" : "?"}from=${start.at}&speed=${start.speed}`;
}

/** A stretch of the past to choose from. Unix ms. */
export interface ReplayWindow {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3_600_000;

/** Lengths of the timeline: presets from a quarter of an hour up. */
export const LENGTHS = presets.filter(({ ms }) => ms >= HOUR / 4);

/** A window of a length around `at`, most of it after, none of it after `now`. */
export function windowAround(at: number, length: number, now: number): ReplayWindow {
  const to = Math.min(now, at + 0.8 * length);
  return { from: to - length, to };
}

/** The window that shows `at`: the same one, or the next where the replay has left it. */
export function follow(window: ReplayWindow, at: number, now: number): ReplayWindow {
  if (at >= window.from && at <= window.to) return window;
  return windowAround(at, window.to - window.from, now);
}
