import type { ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { RequestFailure } from "../../event.ts";
import { AnswerPass } from "./answer-pass.ts";
import { decoded } from "./content-encoding.ts";
import type { Dialect } from "./endpoint.ts";
import { type Answer, type Exchange, exchange, type UpstreamRequest } from "./exchange.ts";
import { type HeaderLines, headerOf } from "./headers.ts";
import type { Asked } from "./include-usage.ts";
import type { Meter } from "./meter.ts";
import { failureOf, faultOf, problemOf, sendProblem, type UpstreamFault } from "./problem.ts";
import { Relay } from "./relay.ts";

/** An error answer of more bytes is not held back to find out whether it is about our option. */
const maxHeldBytes = 64 * 1024;

export interface Inference {
  readonly dispatcher: Dispatcher;
  readonly upstreamName: string;
  /** As the caller meant it. */
  readonly request: UpstreamRequest;
  /** What is sent instead, to have usage reported. */
  readonly asked: Asked | null;
  readonly dialect: Dialect;
  readonly streaming: boolean;
  readonly meter: Meter;
  readonly maxAnswerBytes: number;
  readonly maxEventBytes: number;
  /** The head of every answer, refused ones too. */
  answered(answer: Answer): void;
  /** The upstream took the call without `stream_options` and refused it with them. */
  refusesUsage(): void;
  unread(reason: string): void;
}

interface Held {
  readonly answer: Answer;
  readonly chunks: Buffer[];
  bytes: number;
}

/** One call that is accounted for: the answer to the caller, a reading of it to the meter. */
export class InferenceCall {
  readonly #call: Inference;
  readonly #response: ServerResponse;
  readonly #relay: Relay;
  readonly #over: () => void;
  #exchange: Exchange | null = null;
  #asked: Asked | null;
  #retried = false;
  /** Held back until it is known whether it refuses our option. */
  #held: Held | null = null;
  #pass: AnswerPass | null = null;
  #finished = false;

  /** @param over The caller has its answer and the meter its figures. */
  constructor(call: Inference, response: ServerResponse, over: () => void) {
    this.#call = call;
    this.#asked = call.asked;
    this.#response = response;
    this.#over = over;
    this.#relay = new Relay(
      response,
      () => this.#wake(),
      () => this.#gone(),
    );
    this.#send(call.asked?.body ?? call.request.body);
  }

  /** Breaks the call off because the proxy stops. */
  stop(): void {
    if (this.#finished) return;
    this.#exchange?.abort();
    this.#fail(
      { type: "proxy_stopped", message: "Telltale was stopped during the request" },
      { type: "proxy_stopped", timeout: false },
    );
  }

  #send(body: UpstreamRequest["body"]): void {
    this.#exchange = exchange(
      this.#call.dispatcher,
      { ...this.#call.request, body },
      {
        answer: (answer) => this.#answered(answer),
        data: (chunk) => this.#data(chunk),
        end: (trailers) => this.#ended(trailers),
        error: (error) => this.#broke(error),
      },
    );
  }

  #answered(answer: Answer): void {
    const mayRefuse = answer.status === 400 || answer.status === 422;
    this.#call.meter.answered(answer.status, answer.headers);
    this.#call.answered(answer);
    if (this.#retried && answer.status < 300) this.#call.refusesUsage();
    if (this.#asked !== null && mayRefuse) this.#held = { answer, chunks: [], bytes: 0 };
    else this.#begin(answer);
  }

  #begin(answer: Answer): AnswerPass {
    const { dialect, streaming, meter, maxAnswerBytes, maxEventBytes } = this.#call;
    this.#pass = new AnswerPass({
      relay: this.#relay,
      answer,
      dialect,
      streaming,
      reading: meter.reading,
      added: this.#asked?.added ?? null,
      maxAnswerBytes,
      maxEventBytes,
      ready: () => this.#wake(),
      grew: () => meter.grew(),
      unread: (reason) => this.#call.unread(reason),
    });
    return this.#pass;
  }

  #data(chunk: Buffer): boolean {
    const held = this.#held;
    if (held === null) return this.#pass?.pass(chunk) ?? true;
    held.chunks.push(chunk);
    held.bytes += chunk.length;
    return held.bytes <= maxHeldBytes || this.#release(held).idle;
  }

  /** The answer that was held back is the caller's after all. */
  #release(held: Held): AnswerPass {
    this.#held = null;
    const pass = this.#begin(held.answer);
    for (const chunk of held.chunks) pass.pass(chunk);
    return pass;
  }

  #wake(): void {
    if (this.#pass?.idle === true) this.#exchange?.resume();
  }

  #ended(trailers: HeaderLines): void {
    const held = this.#held;
    if (held === null) {
      this.#complete(this.#pass, trailers);
      return;
    }
    const encoding = headerOf(held.answer.headers, "content-encoding");
    void decoded(Buffer.concat(held.chunks), encoding, maxHeldBytes * 16).then((body) => {
      if (this.#finished) return;
      if (body === null || !/stream_options|include_usage/.test(body.toString("utf8"))) {
        this.#complete(this.#release(held), trailers);
        return;
      }
      this.#held = null;
      this.#asked = null;
      this.#retried = true;
      this.#send(this.#call.request.body);
    });
  }

  #complete(pass: AnswerPass | null, trailers: HeaderLines): void {
    pass?.end(trailers, () => this.#finish(() => this.#call.meter.completed()));
  }

  #broke(error: Error): void {
    const fault = faultOf(error);
    this.#fail(failureOf(fault, this.#pass !== null || this.#held !== null), fault);
  }

  #fail(failure: RequestFailure, fault: UpstreamFault): void {
    const pass = this.#held === null ? this.#pass : this.#release(this.#held);
    const finish = (): void => this.#finish(() => this.#call.meter.failed(failure));
    if (pass !== null) {
      pass.cut(finish);
      return;
    }
    const { upstreamName, request } = this.#call;
    const problem = problemOf(fault, upstreamName, request.origin);
    this.#relay.refuse(() => sendProblem(this.#response, problem));
    finish();
  }

  #gone(): void {
    this.#exchange?.abort();
    this.#finish(() => this.#call.meter.cancelled());
  }

  #finish(account: () => void): void {
    if (this.#finished) return;
    this.#finished = true;
    account();
    this.#over();
  }
}
