/** Text that is no array of objects, or stops within it. */
export class JsonItemsError extends Error {
  override readonly name = "JsonItemsError";
}

/** Longest item, UTF-16 units. */
const MAX_ITEM = 1_000_000;

/**
 * The items of a JSON array as text, taken from any pieces of it, so that a file need not be in memory
 * as a whole. What an item holds is for `JSON.parse` to judge.
 */
export class JsonItems {
  #item = "";
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  #itemLine = 1;
  #state: "before" | "inside" | "after" = "before";

  /** @throws {JsonItemsError} */
  *push(text: string): Generator<{ readonly text: string; readonly line: number }> {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const letter = text[at] ?? "";
      if (letter === "\n") this.#line += 1;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (letter === "\\") this.#escaped = true;
        else if (letter === '"') this.#inString = false;
        continue;
      }
      if (this.#depth > 0) {
        if (letter === '"') this.#inString = true;
        else if (letter === "{" || letter === "[") this.#depth += 1;
        else if (letter === "}" || letter === "]") {
          this.#depth -= 1;
          if (this.#depth > 0) continue;
          yield { text: this.#item + text.slice(from, at + 1), line: this.#itemLine };
          this.#item = "";
        }
        continue;
      }
      if (/[\s\uFEFF]/.test(letter)) continue;
      if (this.#state === "before" && letter === "[") this.#state = "inside";
      else if (this.#state === "inside" && letter === "{") {
        this.#depth = 1;
        this.#itemLine = this.#line;
        from = at;
      } else if (this.#state === "inside" && letter === "]") this.#state = "after";
      else if (!(this.#state === "inside" && letter === ",")) {
        throw new JsonItemsError(`line ${this.#line}: expected a JSON array of objects`);
      }
    }
    if (this.#depth > 0) this.#item += text.slice(from);
    if (this.#item.length > MAX_ITEM) {
      throw new JsonItemsError(`line ${this.#itemLine}: longer than ${MAX_ITEM} characters`);
    }
  }

  /** @throws {JsonItemsError} when the array is not closed. */
  end(): void {
    if (this.#state === "after") return;
    throw new JsonItemsError(
      this.#state === "before"
        ? "The file is empty"
        : `line ${this.#line}: the array is not closed`,
    );
  }
}
