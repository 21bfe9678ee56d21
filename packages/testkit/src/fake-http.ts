import type { FakeClock } from "./fake-clock.ts";

/** One request: the client holds its promise, the test is the server. */
export class FakeRequest {
  readonly url: URL;
  readonly headers: Headers;
  readonly askedAt: number;
  /** True until it was answered to the end, or called off. */
  open = true;
  readonly #encoder = new TextEncoder();
  readonly #answer: (response: Response) => void;
  readonly #refuse: (cause: Error) => void;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(
    url: string,
    headers: Headers,
    askedAt: number,
    answer: (response: Response) => void,
    refuse: (cause: Error) => void,
  ) {
    this.url = new URL(url);
    this.headers = headers;
    this.askedAt = askedAt;
    this.#answer = answer;
    this.#refuse = refuse;
  }

  /** What kind of answer it asks for. */
  get accept(): string {
    return this.headers.get("accept") ?? "";
  }

  /** Answers at once and whole. */
  respond(status: number, type = "text/plain", body = ""): void {
    if (!this.open) return;
    this.open = false;
    this.#answer(new Response(body, { status, headers: { "content-type": type } }));
  }

  /** Answers a poll with envelopes. */
  json(content: unknown): void {
    this.respond(200, "application/json; charset=utf-8", JSON.stringify(content));
  }

  /** Begins an answer that goes on; see {@link write}. */
  stream(type = "text/event-stream; charset=utf-8"): void {
    if (!this.open) return;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#body = controller;
      },
    });
    this.#answer(new Response(body, { headers: { "content-type": type } }));
  }

  /** Sends a piece of the body. */
  write(text: string): void {
    if (this.open) this.#body?.enqueue(this.#encoder.encode(text));
  }

  /** Sends one server-sent event. */
  event(content: unknown): void {
    this.write(`data: ${JSON.stringify(content)}\n\n`);
  }

  /** Ends the body. */
  end(): void {
    if (this.open) this.#body?.close();
    this.open = false;
  }

  /** The network is cut, or the client called it off. */
  cut(cause: Error = new TypeError("fetch failed")): void {
    if (!this.open) return;
    this.open = false;
    this.#refuse(cause);
    this.#body?.error(cause);
  }
}

/** HTTP as a client sees it, answered by the test. */
export class FakeHttp {
  /** Every request ever made, in order. */
  readonly requests: FakeRequest[] = [];
  /** What the far side does with a request, 1 ms after it was made. Default: there is nothing. */
  serve: (request: FakeRequest) => void = (request) => request.respond(404);
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** The newest request. */
  get last(): FakeRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error("nothing was asked for");
    return request;
  }

  /** Requests that are under way. */
  get live(): number {
    return this.requests.filter(({ open }) => open).length;
  }

  /** For a client's surroundings. */
  fetch: () => typeof fetch = () => (input, options) =>
    new Promise((answer, refuse) => {
      const headers = new Headers(options?.headers);
      const request = new FakeRequest(String(input), headers, this.#clock.now(), answer, refuse);
      this.requests.push(request);
      const abort = (): void => request.cut(new DOMException("Aborted", "AbortError"));
      if (options?.signal?.aborted) abort();
      options?.signal?.addEventListener("abort", abort);
      this.#clock.after(1, () => {
        if (request.open) this.serve(request);
      });
    });
}
