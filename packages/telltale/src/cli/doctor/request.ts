import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { inScheme } from "../stream-address.ts";
import { isSecure, type Target } from "./target.ts";

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly encoding: string;
  /** ms until the head of the answer was there. */
  readonly took: number;
}

export interface Exchange {
  readonly answer: Answer;
  readonly response: IncomingMessage;
  close(): void;
}

/** One GET of the stream's address; resolves with the head of the answer. */
export function ask(
  { url, origin, headers: own, verify, patience }: Target,
  accept: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Exchange | Error> {
  const target = inScheme(url, "http");
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  const started = performance.now();
  return new Promise((resolve) => {
    const request = (isSecure(url) ? httpsRequest : httpRequest)(target, {
      agent: false,
      headers: { ...own, accept, ...(origin !== undefined && { origin }) },
      rejectUnauthorized: verify,
    });
    const timer = setTimeout(() => {
      request.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
    }, patience.answer);
    request.on("error", (error) => {
      clearTimeout(timer);
      resolve(error);
    });
    request.on("response", (response) => {
      clearTimeout(timer);
      const { statusCode: status = 0, headers } = response;
      response.on("error", () => undefined);
      resolve({
        answer: {
          status,
          contentType: headers["content-type"] ?? "",
          encoding: headers["content-encoding"] ?? "",
          took: performance.now() - started,
        },
        response,
        close: () => request.destroy(),
      });
    });
    request.end();
  });
}
