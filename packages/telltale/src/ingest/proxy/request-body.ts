import type { IncomingMessage } from "node:http";

/** The whole body; `too large` as soon as it is over `maxBytes`, `gone` when the caller left. */
export async function bodyOf(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | "too large" | "gone"> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return "too large";
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) finish("too large");
      else chunks.push(chunk);
    };
    const finish = (result: Buffer | "too large" | "gone"): void => {
      request.off("data", onData);
      resolve(result);
    };
    request.on("data", onData);
    request.once("end", () => finish(Buffer.concat(chunks)));
    request.once("error", () => finish("gone"));
    request.once("close", () => finish("gone"));
  });
}
