import { type Fields, fieldsOf, jsonOf } from "./fields.ts";

/** Longer than any usage, and what the APIs write before their content. */
const kept = 64 * 1024;

/**
 * The beginning and the end of something too large to hold: APIs say what it is first and what it
 * took last, with what makes it large (images, vectors, long texts) between.
 */
export class Ends {
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  feed(bytes: Buffer): void {
    const room = kept - this.#head.length;
    if (room > 0) this.#head = Buffer.concat([this.#head, bytes.subarray(0, room)]);
    const late = bytes.subarray(-kept);
    this.#tail = Buffer.concat([this.#tail, late]).subarray(-kept);
  }

  get head(): string {
    return this.#head.toString("latin1");
  }

  /** The last member `name` that is an object; a quote within a text would have a backslash before it. */
  last(name: string): Fields | null {
    const text = this.#tail.toString("utf8");
    for (let at = text.length; at >= 0; ) {
      at = text.lastIndexOf(`"${name}"`, at - 1);
      if (at < 0) return null;
      const start = /^"[^"]*"\s*:\s*\{/.exec(text.slice(at, at + 64));
      if (text[at - 1] === "\\" || start === null) continue;
      const from = at + start[0].length - 1;
      const end = closing(text, from);
      const found = end < 0 ? null : fieldsOf(jsonOf(text.slice(from, end)));
      if (found !== null) return found;
    }
    return null;
  }
}

/** Where the object that begins at `from` ends; -1 when it does not. */
function closing(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === "\\") i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return i + 1;
  }
  return -1;
}
