import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import type { Dispatcher } from "undici";
import { type Answer, type Exchange, exchange, hasBody, type UpstreamRequest } from "./exchange.ts";
import { faultOf, problemOf, sendProblem } from "./problem.ts";
import { Relay } from "./relay.ts";

export interface PassThroughOptions {
  readonly dispatcher: Dispatcher;
  readonly upstreamName: string;
  readonly request: Omit<UpstreamRequest, "body">;
  answered(answer: Answer): void;
  failed(type: string): void;
}

/** A call that is not accounted for: both bodies are streamed, nothing is read. */
export class PassThroughCall {
  readonly #over: () => void;
  #exchange: Exchange | null = null;
  readonly #relay: Relay;
  readonly #response: ServerResponse;
  readonly #options: PassThroughOptions;
  #begun = false;
  #finished = false;

  constructor(
    options: PassThroughOptions,
    incoming: IncomingMessage,
    response: ServerResponse,
    over: () => void,
  ) {
    this.#options = options;
    this.#response = response;
    this.#over = over;
    this.#relay = new Relay(
      response,
      () => this.#exchange?.resume(),
      () => this.#gone(),
    );
    this.#exchange = exchange(
      options.dispatcher,
      { ...options.request, body: hasBody(incoming.rawHeaders) ? bodyStream(incoming) : null },
      {
        answer: (answer) => {
          this.#begun = true;
          options.answered(answer);
          this.#relay.begin(answer);
        },
        data: (chunk) => this.#relay.write(chunk),
        end: (trailers) => {
          this.#relay.end(trailers);
          this.#finish();
        },
        error: (error) => this.#broke(error),
      },
    );
  }

  /** Breaks the call off because the proxy stops. */
  stop(): void {
    this.#exchange?.abort();
    this.#broke(new Error("stopped"));
  }

  #broke(error: Error): void {
    if (this.#finished) return;
    const fault = faultOf(error);
    this.#options.failed(fault.type);
    if (this.#begun) this.#relay.cut();
    else {
      const { upstreamName, request } = this.#options;
      const problem = problemOf(fault, upstreamName, request.origin);
      this.#relay.refuse(() => sendProblem(this.#response, problem));
    }
    this.#finish();
  }

  #gone(): void {
    this.#exchange?.abort();
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#over();
  }
}

/**
 * The request's body as a stream of its own: undici destroys the stream it is given when the
 * upstream answers early, and destroying the request itself would cut the caller off its answer.
 */
function bodyStream(incoming: IncomingMessage): PassThrough {
  const body = new PassThrough();
  incoming.pipe(body);
  incoming.once("close", () => {
    if (!incoming.complete) body.destroy(new Error("The caller is gone"));
  });
  body.once("close", () => incoming.resume());
  body.on("error", () => {});
  return body;
}
