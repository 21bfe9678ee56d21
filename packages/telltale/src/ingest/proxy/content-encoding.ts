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
  stream.on("data", output);
  stream.on("error", () => {
    failed = true;
    broken();
  });
  return {
    write(chunk, done) {
      if (failed) done();
      else stream.write(chunk, () => done());
    },
    end(done) {
      if (failed) {
        done();
        return;
      }
      // One of the two comes; a body that was cut off is an error here.
      stream.once("end", done);
      stream.once("error", () => done());
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
