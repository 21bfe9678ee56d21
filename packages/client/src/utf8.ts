/** Bytes a text has in UTF-8, without making them. */
export function utf8Length(text: string): number {
  // Most frames are plain ASCII, and finding that out is many times faster than counting.
  if (!/[\u0080-\uffff]/.test(text)) return text.length;
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Two units of a surrogate pair make four bytes.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** Bytes of a frame, whatever it is. */
export function byteLength(frame: unknown): number {
  if (typeof frame === "string") return utf8Length(frame);
  return frame instanceof ArrayBuffer || ArrayBuffer.isView(frame) ? frame.byteLength : 0;
}
