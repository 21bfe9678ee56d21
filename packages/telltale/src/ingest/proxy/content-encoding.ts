import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzip,
  inflate,
} from "node:zlib";

/** Turns an encoded body into plain bytes, chunk by chunk and in order. */
export interface Decoder {
  /** `done` is called once all that `chunk` yields has gone to the output. */
  write(chunk: Buffer, done: () => void): void;
  /** `done` is called after the last output, also when the body was broken. */
  end(done: () => void): void;
}

/**
 * Decoder for a `content-encoding`; null when it is one we cannot read.
 *
 * @param broken Called at most once, when the bytes are not what the encoding promises.
 */
export function decoderFor(
  encoding: string | null,
  output: (bytes: Buffer) => void,
  broken: () => void,
): Decoder | null {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") {
    return {
      write(chunk, done) {
        output(chunk);
        done();
      },
      end: (done) => done(),
    };
  }
  const stream = streamFor(name);
  if (stream === null) return null;
  let failed = false;
  // A stream that breaks forgets the callbacks it was given.
  const waiting = new Set<() => void>();
  const once = (done: () => void): (() => void) => {
    const call = (): void => {
      if (waiting.delete(call)) done();
    };
    waiting.add(call);
    return call;
  };
  stream.on("data", output);
  stream.on("error", () => {
    failed = true;
    broken();
    for (const call of [...waiting]) call();
  });
  return {
    write(chunk, done) {
      if (failed) done();
      else stream.write(chunk, once(done));
    },
    end(done) {
      if (failed) {
        done();
        return;
      }
      stream.once("end", once(done));
      stream.end();
    },
  };
}

function streamFor(name: string): ReturnType<typeof createGunzip> | null {
  if (name === "gzip" || name === "x-gzip") return createGunzip();
  if (name === "deflate") return createInflate();
  if (name === "br") return createBrotliDecompress();
  return null;
}

/** A whole body in plain bytes; null when it cannot be read or is longer than `maxBytes`. */
export function decoded(
  body: Buffer,
  encoding: string | null,
  maxBytes: number,
): Promise<Buffer | null> {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") return Promise.resolve(body);
  return new Promise((resolve) => {
    const options = { maxOutputLength: maxBytes };
    const done = (error: Error | null, plain: Buffer): void => resolve(error ? null : plain);
    if (name === "gzip" || name === "x-gzip") gunzip(body, options, done);
    else if (name === "deflate") inflate(body, options, done);
    else if (name === "br") brotliDecompress(body, options, done);
    else resolve(null);
  });
}
