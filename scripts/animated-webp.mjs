// Puts still WebP images together into one that moves: the container of RFC 9649, around what is encoded already.

function chunk(name, data) {
  const head = Buffer.alloc(8);
  head.write(name, 0, "ascii");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

const u24 = (value) => Buffer.from([value & 255, (value >> 8) & 255, (value >> 16) & 255]);

/** The chunks of a still image that hold it: `ALPH`, `VP8 ` or `VP8L`. */
function bitstream(image) {
  const parts = [];
  let at = 12;
  while (at + 8 <= image.length) {
    const length = image.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    if (/^(?:ALPH|VP8 |VP8L)$/.test(image.toString("ascii", at, at + 4)))
      parts.push(image.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** @param frames still images of the same size, each shown for `frameMs`; the whole repeats */
export function animated(frames, { width, height, frameMs }) {
  const size = Buffer.concat([u24(width - 1), u24(height - 1)]);
  const animation = 0x02;
  const still = 0x02;
  const body = Buffer.concat([
    Buffer.from("WEBP", "ascii"),
    chunk("VP8X", Buffer.concat([Buffer.from([animation, 0, 0, 0]), size])),
    chunk("ANIM", Buffer.alloc(6)),
    ...frames.map((frame) =>
      chunk(
        "ANMF",
        Buffer.concat([
          Buffer.alloc(6),
          size,
          u24(frameMs),
          // Each frame covers the one before it whole.
          Buffer.from([still]),
          bitstream(frame),
        ]),
      ),
    ),
  ]);
  return chunk("RIFF", body);
}
