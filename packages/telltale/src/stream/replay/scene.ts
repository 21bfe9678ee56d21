import type { MetricsUpdate, ModelUpdate, Snapshot } from "@telltale/protocol";
import type { EndedRequest, Playback } from "../../history/store/playback.ts";
import { type LiveOptions, LiveState, type Surroundings, type Tick } from "../../live/state.ts";
import { Reel } from "./reel.ts";

/** Requests read at once. */
const PAGE = 1000;

/** What a time was like, and what came after it. */
export class Scene {
  readonly reel: Reel;
  readonly #live: LiveState;
  readonly #surroundings: () => Surroundings;
  /** When the newest request that was played ended, Unix ms. */
  lastEnded: number | undefined;

  constructor(live: LiveState, reel: Reel, surroundings: () => Surroundings) {
    this.#live = live;
    this.reel = reel;
    this.#surroundings = surroundings;
  }

  /** Counts a request, as it was counted when it ended. */
  play({ event, ended }: EndedRequest): ReturnType<LiveState["finish"]> {
    this.lastEnded = ended;
    return this.#live.finish(event, ended);
  }

  snapshot(at: number): Snapshot {
    const snapshot = this.#live.snapshot(at, this.#surroundings());
    const { metrics, models } = snapshot;
    return { ...snapshot, metrics: metrics && told(metrics), models: models.map(told) };
  }

  tick(at: number): Tick {
    const tick = this.#live.tick(at, this.#surroundings());
    return { ...tick, metrics: told(tick.metrics), models: tick.models.map(told) };
  }
}

/** History does not know what ran: that is unknown, not none. */
function told<T extends MetricsUpdate | ModelUpdate>(figures: T): T {
  return { ...figures, in_flight: undefined };
}

export interface SceneOptions {
  readonly store: Playback;
  readonly live: LiveOptions;
  readonly surroundings: () => Surroundings;
  /** Lets others have their turn between two pages. */
  readonly still: () => boolean;
}

/**
 * Sets the scene as of `at`: how things stood when the trailing window began, and what ended within
 * it. Null when it is no longer wanted.
 *
 * @param to Unix ms, exclusive
 */
export async function setScene(
  at: number,
  to: number,
  { store, live: options, surroundings, still }: SceneOptions,
): Promise<Scene | null> {
  const begin = at - options.windowSeconds * 1000;
  const { totals, recent, failed, costs } = await store.standing(begin, options.recent);
  const live = new LiveState(options);
  const nothing = { window: [], inProgress: [] };
  live.restore({ ...nothing, totals, recent, failed, costs }, begin);
  const scene = new Scene(live, new Reel(store, begin, to, PAGE), surroundings);
  for (;;) {
    for (let next = scene.reel.take(at); next; next = scene.reel.take(at)) scene.play(next);
    if (!still()) return null;
    if (scene.reel.peek() !== undefined || scene.reel.reach >= at) return scene;
    await scene.reel.load();
  }
}
