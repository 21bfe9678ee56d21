import { fieldsOf, jsonOf } from "./fields.ts";
import type { Added } from "./include-usage.ts";
import { memberOf, type ObjectSpan, soleObject } from "./json-members.ts";
import { dataOf, type Span, type SseBlock, type SsePiece } from "./sse.ts";

/**
 * Undoes in an answer what `stream_options.include_usage` added to it: drops the last chunk, which
 * has usage and no choices, and cuts `"usage":null` out of the others. All other bytes stay.
 *
 * A chunk with choices keeps a `usage` that has a value (unless it was wanted with every chunk):
 * some providers send it unasked, and taking it away would hurt more than leaving it.
 */
export class UsageStripper {
  readonly #added: Added;
  #dropped = false;

  constructor(added: Added) {
    this.#added = added;
  }

  /** What the caller is to see of `piece`. */
  strip(piece: SsePiece): Buffer {
    if (piece.kind === "tail" && this.#dropped) return Buffer.alloc(0);
    if (piece.kind !== "block") return piece.raw;
    const kept = stripBlock(piece, this.#added);
    this.#dropped = kept === null;
    return kept ?? Buffer.alloc(0);
  }
}

function stripBlock(block: SseBlock, added: Added): Buffer | null {
  if (!block.raw.includes('"usage"')) return block.raw;
  const data = dataOf(block);
  const chunk = fieldsOf(jsonOf(data.toString("utf8")));
  if (chunk === null || !("usage" in chunk)) return block.raw;
  const isLast = Array.isArray(chunk.choices) && chunk.choices.length === 0;
  if (isLast && fieldsOf(chunk.usage) !== null) return null;
  if (chunk.usage !== null && added !== "any") return block.raw;
  const object = soleObject(data);
  const span = object === null ? null : usageSpan(object);
  return span === null ? block.raw : cutOut(block, span);
}

/** The `usage` member with the one comma that goes with it; null when it is there twice. */
function usageSpan(object: ObjectSpan): Span | null {
  const index = object.members.findIndex((member) => member.key === "usage");
  const member = object.members[index];
  if (member === undefined || memberOf(object, "usage") !== member) return null;
  const before = object.members[index - 1];
  if (before !== undefined) return { start: before.valueEnd, end: member.valueEnd };
  return { start: member.start, end: object.members[index + 1]?.start ?? member.valueEnd };
}

/** `block` without the bytes `cut` of its data. Line ends stay, whatever lines they join. */
function cutOut(block: SseBlock, cut: Span): Buffer {
  const kept: Buffer[] = [];
  let at = 0;
  let offset = 0;
  for (const line of block.data) {
    const length = line.end - line.start;
    const from = Math.max(cut.start - offset, 0);
    const to = Math.min(cut.end - offset, length);
    if (from < to) {
      kept.push(block.raw.subarray(at, line.start + from));
      at = line.start + to;
    }
    offset += length + 1;
  }
  kept.push(block.raw.subarray(at));
  return Buffer.concat(kept);
}
