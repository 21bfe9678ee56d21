import {
  type Member,
  memberOf,
  memberValue,
  type ObjectSpan,
  objectAt,
  soleObject,
} from "./json-members.ts";

/**
 * Which `usage` members of the answer are there only because we asked: normally the nulls (and the
 * last chunk); all of them when the caller wants usage with every chunk but did not include it.
 */
export type Added = "null" | "any";

export interface Asked {
  readonly body: Buffer;
  readonly added: Added;
}

/**
 * The body of a streaming call with `stream_options.include_usage` true, every other byte as it
 * was; null when it says so already or is nothing that could say it.
 */
export function askForUsage(body: Buffer): Asked | null {
  const call = soleObject(body);
  if (call === null) return null;
  const options = memberOf(call, "stream_options");
  if (options === null) {
    return asked(insert(body, call, '"stream_options":{"include_usage":true}'));
  }
  if (memberValue(body, options) === null) {
    return asked(replace(body, options, '{"include_usage":true}'));
  }
  const inner = objectAt(body, options.valueStart);
  if (inner === null) return null;
  const every = memberOf(inner, "continuous_usage_stats");
  const added = memberValue(body, every) === true ? "any" : "null";
  const include = memberOf(inner, "include_usage");
  if (include === null) return asked(insert(body, inner, '"include_usage":true'), added);
  const value = memberValue(body, include);
  if (value !== false && value !== null) return null;
  return asked(replace(body, include, "true"), added);
}

function asked(body: Buffer, added: Added = "null"): Asked {
  return { body, added };
}

function insert(body: Buffer, object: ObjectSpan, member: string): Buffer {
  const last = object.members.at(-1);
  const at = last?.valueEnd ?? object.inside;
  return splice(body, at, at, last === undefined ? member : `,${member}`);
}

function replace(body: Buffer, member: Member, value: string): Buffer {
  return splice(body, member.valueStart, member.valueEnd, value);
}

function splice(body: Buffer, from: number, to: number, text: string): Buffer {
  return Buffer.concat([body.subarray(0, from), Buffer.from(text), body.subarray(to)]);
}
