import type { RequestUpdate } from "@telltale/protocol";

/** More than the requests that one state can bring back. */
const most = 10_000;

/** Tells each finished request once, whether it comes by itself or within the state as it stands. */
export class Unseen {
  readonly #seen = new Set<string>();
  #began = false;

  /** Whether this update is news. What runs is news each time. */
  take(request: RequestUpdate): boolean {
    if (request.status === "in_progress") return !this.#seen.has(request.id);
    if (this.#seen.has(request.id)) return false;
    this.#seen.add(request.id);
    if (this.#seen.size > most) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return true;
  }

  /**
   * What a state (newest first) has that was missed, oldest first. The first state is the past: its
   * requests are not news.
   */
  takeState(requests: readonly RequestUpdate[]): RequestUpdate[] {
    const news = requests.filter(({ status }) => status !== "in_progress").reverse();
    const missed = news.filter((request) => this.take(request));
    const first = !this.#began;
    this.#began = true;
    return first ? [] : missed;
  }
}
