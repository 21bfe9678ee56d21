import type { Cancel, Env } from "../env.ts";
import type { Link, LinkEvents, Opening, TransportName } from "./transport.ts";

/** Longest wait for an answer that the server has no reason to hold back, ms. */
export const ANSWER_MS = 10_000;

/** What HTTP says in the close codes of this contract. */
const codes: { readonly [status: number]: number } = {
  400: 4000,
  401: 4100,
  403: 4003,
  429: 4203,
  502: 1012,
  503: 1013,
  504: 1012,
};
/** The other side answers, but not with what was asked for. */
export const NOT_SPOKEN = 1002;

/** An end, in the terms of {@link LinkEvents.closed}. */
export class Failure extends Error {
  readonly code: number;
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** One course of requests. After it was aborted none of its signs has an effect. */
export interface Course {
  readonly opening: Opening;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** The first answer came. */
  opened(): void;
  frame(text: string): void;
  heard(): void;
  /** Ends the course when it is not called off in time. One wait at a time. */
  deadline(ms: number): Cancel;
  pause(ms: number): Promise<void>;
  /** @throws {Failure} for every answer but a good one of this type. */
  get(url: string, type: string): Promise<Response>;
}

/** A link over HTTP: what `run` does, until it ends, fails or is done anew. */
export function httpLink(
  name: TransportName,
  opening: Opening,
  events: LinkEvents,
  env: Env,
  run: (course: Course) => Promise<void>,
): Link {
  const fetch = env.fetch();
  if (!fetch) throw new Error(`this runtime has no fetch for "${name}"; pass one as env.fetch`);
  let abort = new AbortController();
  let open = false;

  const start = (): void => {
    const own = new AbortController();
    abort = own;
    const { signal } = own;
    // One listener for all: a course of polls makes many requests.
    const stops: { wait?: Cancel; request?: AbortController } = {};
    signal.addEventListener("abort", () => {
      stops.wait?.();
      stops.request?.abort();
    });
    const live = (tell: () => void): void => {
      if (!signal.aborted) tell();
    };
    const end = (code: number, reason: string): void =>
      live(() => {
        own.abort();
        events.closed(code, reason);
      });
    let headers: Record<string, string> = {};
    const course: Course = {
      opening,
      env,
      signal,
      opened: () =>
        live(() => {
          if (!open) events.opened();
          open = true;
        }),
      frame: (text) => live(() => events.frame(text)),
      heard: () => live(() => events.heard()),
      deadline(ms) {
        stops.wait = env.after(ms, () => end(1006, "No answer in time"));
        return stops.wait;
      },
      pause: (ms) =>
        new Promise((resolve) => {
          stops.wait = env.after(ms, resolve);
        }),
      async get(url, type) {
        stops.request = new AbortController();
        const response = await fetch(url, {
          headers: { ...headers, accept: type },
          cache: "no-store",
          signal: stops.request.signal,
        });
        const { status, ok } = response;
        if (!ok) throw new Failure(codes[status] ?? NOT_SPOKEN, `HTTP status ${status}`);
        const received = response.headers.get("content-type");
        if (!received?.includes(type)) {
          throw new Failure(NOT_SPOKEN, `Expected ${type}, received ${received}`);
        }
        return response;
      },
    };
    void (async () => {
      try {
        const token = await opening.token();
        if (token) headers = { authorization: `Bearer ${token}` };
        if (!signal.aborted) await run(course);
        end(1000, "The stream ended");
      } catch (cause) {
        const { message } = cause instanceof Error ? cause : new Error(`${cause}`);
        end(cause instanceof Failure ? cause.code : 1006, message);
      }
    })();
  };

  start();
  return {
    renew() {
      abort.abort();
      start();
    },
    close: () => abort.abort(),
  };
}
