import type { ServerResponse } from "node:http";
import type { Answer } from "./exchange.ts";
import { type HeaderLines, headerOf, responseHeaders, without } from "./headers.ts";

/** The caller's side of a proxied call: hands on what the upstream sends, exactly. */
export class Relay {
  readonly #response: ServerResponse;
  /** The answer's end can be told from a cut connection. */
  #framed = true;
  #ended = false;

  /**
   * @param drained The caller can take more.
   * @param gone The caller closed the connection before the answer's end.
   */
  constructor(response: ServerResponse, drained: () => void, gone: () => void) {
    this.#response = response;
    response.on("drain", drained);
    response.on("close", () => {
      if (!this.#ended) gone();
    });
    response.on("error", () => {});
    if (response.destroyed) queueMicrotask(gone);
  }

  /** Whether the caller's connection is full. */
  get blocked(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** @param dropped Headers (lower case) that no longer hold because the body is edited. */
  begin(answer: Answer, dropped: readonly string[] = []): void {
    const response = this.#response;
    const lines = without(responseHeaders(answer.headers), dropped);
    const hasLength = headerOf(lines, "content-length") !== null;
    const http10 = response.req.httpVersion === "1.0";
    this.#framed = hasLength || !http10;
    // Trailers need chunks; without them Node refuses the announcement.
    const sent = hasLength || http10 ? without(lines, ["trailer"]) : lines;
    response.sendDate = false;
    const reason = answer.reason.replace(/[^\t -~\x80-\xff]/g, "");
    response.writeHead(answer.status, reason, sent);
    response.flushHeaders();
  }

  /** False when the caller's connection is full; `drained` follows. */
  write(bytes: Buffer): boolean {
    if (bytes.length === 0) return !this.blocked;
    return this.#response.write(bytes);
  }

  end(trailers: HeaderLines = []): void {
    this.#ended = true;
    const pairs: [string, string][] = [];
    for (let i = 0; i + 1 < trailers.length; i += 2) {
      pairs.push([trailers[i] ?? "", trailers[i + 1] ?? ""]);
    }
    if (pairs.length > 0) this.#response.addTrailers(pairs);
    this.#response.end();
  }

  /** Answers in the upstream's place. */
  refuse(send: () => void): void {
    this.#ended = true;
    send();
  }

  /** Ends the connection in the middle of the answer, after all that was written. */
  cut(): void {
    this.#ended = true;
    const socket = this.#response.socket;
    if (socket === null || socket.destroyed) {
      this.#response.destroy();
      return;
    }
    if (this.#framed) socket.end(() => socket.destroy());
    // Without a length or chunks a plain close would look like the end, so that one is a reset.
    else socket.write("", () => socket.resetAndDestroy());
  }
}
